"""Whom to compare with whom."""

import numpy as np

from assay.analysis.similarity.candidates import HOLDERS_MAX, PARTNERS_MAX, Fingerprints, candidates
from assay.analysis.similarity.clusters import clusters_of


def prints(*values: int) -> Fingerprints:
    return np.array(values, dtype=np.uint64)


def found(fingerprints: list[Fingerprints], own: int | None = None) -> set[tuple[int, int]]:
    pairs = candidates(fingerprints, own=len(fingerprints) if own is None else own)
    as_tuples = [(a, b) for a, b in pairs.tolist()]
    assert as_tuples == sorted(set(as_tuples))
    return set(as_tuples)


def test_who_shares_a_rare_fingerprint_is_compared() -> None:
    assert found([prints(1, 2), prints(2, 3), prints(4)]) == {(0, 1)}


def test_a_corpus_is_not_compared_with_itself() -> None:
    assert found([prints(1), prints(1), prints(1, 2), prints(2)], own=1) == {(0, 1), (0, 2)}


def test_nothing_gives_no_pairs() -> None:
    assert found([]) == set()
    assert found([prints(), prints()]) == set()


def test_each_has_so_many_partners_and_those_who_share_most() -> None:
    count = PARTNERS_MAX * 3
    one = prints(*range(count))
    others = [
        prints(*range(size), *range(1000 * size, 1000 * size + count - size)) for size in range(1, count)
    ]
    pairs = found([one, *others])
    assert {b for a, b in pairs if a == 0} >= set(range(count - PARTNERS_MAX, count))


def test_a_fingerprint_that_many_have_makes_nobody_a_candidate() -> None:
    """What all have (a main function, say), beside things of their own."""
    many = [prints(7, 100 + n, 1000 + n, 2000 + n) for n in range(HOLDERS_MAX + 1)]
    assert found(many) == set()


def test_a_ring_of_more_copies_than_the_bound_holds_together() -> None:
    """Of nearly the same program, all of whose fingerprints so many have that none counts as rare."""
    ring = [prints(*range(50), 10_000 + n) for n in range(HOLDERS_MAX * 3)]
    honest = [prints(*range(20_000 + 100 * n, 20_050 + 100 * n)) for n in range(20)]
    names = [(str(a), str(b)) for a, b in found([*ring, *honest])]
    [cluster] = clusters_of(names)
    assert cluster == tuple(sorted(str(n) for n in range(len(ring))))


def test_clusters_are_what_pairs_join() -> None:
    assert clusters_of([("d", "e"), ("c", "a"), ("b", "a")]) == (("a", "b", "c"), ("d", "e"))
    assert clusters_of([]) == ()
