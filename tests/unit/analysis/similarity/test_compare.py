"""The way from submissions to pairs."""

import contextlib
import io
from random import Random
import sys

import numpy as np
import pytest

from assay.analysis.similarity.compare import Material, compare, compare_two
from assay.analysis.similarity.kernel import Kernel
from assay.analysis.similarity.nouns import Comparison, Submission
from assay.errors import UsageError
from benchmarks.similarity.authors import honest, layout, problem, written
from benchmarks.similarity.classes import a_class
from benchmarks.similarity.quality import ASKED, outcome_of
from tests.unit.analysis.similarity.made import COUNTING, SIEVE, compared, folder, of


def test_a_copy_is_found_with_its_lines() -> None:
    disguised = "# mine\n\n" + COUNTING.replace("found", "result").replace("word", "each")
    result = compared(of("a", COUNTING), of("b", disguised), of("c", SIEVE))
    pair = result.pairs[0]
    assert (pair.a, pair.b, pair.similarity, pair.flagged) == ("a", "b", 1.0, True)
    [match] = pair.matches
    assert (match.a.first_line, match.a.last_line) == (2, 13)
    assert (match.b.first_line, match.b.last_line) == (4, 15)
    assert result.clusters == (("a", "b"),)


def test_what_a_template_has_belongs_to_nobody() -> None:
    own = "\nprint([x * x for x in range(20) if x % 3 == 0 and x % 5 == 1 or x % 7 != 2])\n" * 3
    a, b = of("a", COUNTING + own), of("b", COUNTING + SIEVE)
    assert compared(a, b).pairs[0].similarity > 0.4
    result = compared(a, b, templates=(of("t", COUNTING),))
    assert all(pair.similarity < 0.2 for pair in result.pairs)
    short = compared(of("a", COUNTING), templates=(of("t", COUNTING),))
    assert "too short to tell: 0 tokens of its own" in short.skipped[0].reason


def test_a_corpus_is_compared_with_but_not_among_itself() -> None:
    result = compared(of("a", COUNTING), corpus=(of("x", COUNTING), of("y", COUNTING), of("z", SIEVE)))
    assert {(pair.a, pair.b) for pair in result.pairs if pair.flagged} == {("a", "x"), ("a", "y")}
    assert (result.compared, result.compared_with) == (1, 3)


def test_no_match_crosses_from_file_to_file() -> None:
    lines = COUNTING.strip().splitlines(keepends=True)
    halves = {"one.py": "".join(lines[:5]), "two.py": "".join(lines[5:])}
    result = compared(of("a", COUNTING), folder("b", halves))
    assert {match.b.file for match in result.pairs[0].matches} == {"one.py", "two.py"}
    assert result.pairs[0].similarity > 0.9


def test_inserted_dead_code_does_not_hide_a_copy() -> None:
    """The share is of the shorter program."""
    dead = "\n".join(f"def unused_{n}(a, b):\n    return a * {n} + b - len(str(a)) // 2\n" for n in range(30))
    assert compared(of("a", COUNTING), of("b", dead + COUNTING + dead)).pairs[0].similarity > 0.95


def test_who_is_too_short_or_no_code_is_told() -> None:
    prose = "It was a dark and stormy night; the rain fell in torrents.\n" * 20
    result = compared(of("a", "print(1)"), of("b", prose), of("c", COUNTING))
    reasons = {skip.name: skip.reason for skip in result.skipped}
    assert reasons["a"].startswith("too short to tell: 2 tokens")
    assert reasons["b/a"] == "most of it is no python"
    assert result.compared == 1


def test_nothing_compared_is_a_result() -> None:
    result = compared()
    assert (result.pairs, result.clusters, result.compared) == ((), (), 0)


def _shuffled(submissions: tuple[Submission, ...], seed: int, jobs: int) -> Comparison:
    order = list(submissions)
    Random(seed).shuffle(order)  # noqa: S311
    return compare(
        Material(submissions=tuple(order)), top=40, jobs=jobs, kernel=Kernel(), tell=lambda _, __, ___: None
    )


def test_the_order_of_submissions_and_the_number_of_jobs_change_nothing() -> None:
    made = a_class("python3", "order", authors=32, hows=("declarations",), copies_each=4, tasks=3)
    first = _shuffled(made.submissions, 0, 1)
    assert first.flagged_count > 0
    assert all(_shuffled(made.submissions, seed, jobs) == first for seed, jobs in ((1, 2), (2, 3)))


def test_disguised_copies_are_found_in_a_made_up_class() -> None:
    """The benchmark in small: L1 to L3 and dead code, at the product's own threshold."""
    outcome = outcome_of(a_class("cpp", "test", authors=40, hows=ASKED, copies_each=2))
    found = [score >= outcome.own_threshold for _, score in outcome.copies]
    flagged = [score >= outcome.own_threshold for score in outcome.honest]
    assert np.mean(found) >= 0.95
    assert np.mean(flagged) <= 0.05


def test_two_alone_are_compared_however_short() -> None:
    a, b = (
        of("a", "for i in range(3):\n    print(i + 1, i * 2)"),
        of("b", "for k in range(9):\n    print(k + 7, k * 5)"),
    )
    pair = compare_two(a, b, templates=(), kernel=Kernel())
    assert (pair.similarity, pair.flagged) == (1.0, False)


def test_two_of_which_one_has_nothing_are_refused() -> None:
    with pytest.raises(UsageError, match="b: has nothing that no template has"):
        compare_two(of("a", COUNTING), of("b", "# nothing"), templates=(), kernel=Kernel())


def test_all_ways_of_a_made_up_problem_do_the_same() -> None:
    """Else the benchmark's honest programs would differ because they are wrong."""
    for seed in range(4):
        chance = Random(seed)  # noqa: S311
        tasks = problem(chance, tasks=6)
        printed = set()
        for _ in range(4):
            source = written(honest(tasks, chance), "python3", layout(chance))
            out, stdin = io.StringIO(), sys.stdin
            try:
                sys.stdin = io.StringIO("7\n3 5 7 2 9 4 5\n")
                with contextlib.redirect_stdout(out):
                    exec(compile(source, "made", "exec"), {"__name__": "__main__"})  # noqa: S102  ours
            finally:
                sys.stdin = stdin
            printed.add(out.getvalue())
        assert len(printed) == 1
        assert len(printed.pop().split()) == 6
