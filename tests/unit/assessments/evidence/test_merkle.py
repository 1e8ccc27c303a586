"""The tree of RFC 6962: its hashes by an independent reading of it, its proofs on all small trees."""

import hashlib

import pytest

from assay.assessments.evidence.merkle import (
    Address,
    appended,
    consistency_path,
    frontier,
    inclusion_path,
    is_consistent,
    leaf_hash,
    needed_for_consistency,
    needed_for_inclusion,
    node_hash,
    root,
    sides,
)

SIZES = 33

# The reference vectors of Certificate Transparency's own implementations: eight entries, and the roots of
# the trees of the first n of them.
ENTRIES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def grown(entries: list[bytes]) -> dict[Address, bytes]:
    """All nodes of a tree that grew entry by entry."""
    nodes: dict[Address, bytes] = {}
    for size, entry in enumerate(entries):
        known = {address: nodes[address] for address in frontier(size)}
        nodes.update(appended(leaf_hash(entry), size, known))
    return nodes


def by_definition(entries: list[bytes]) -> bytes:
    """Section 2.1, word by word."""
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    split = 1
    while 2 * split < len(entries):
        split *= 2
    left, right = by_definition(entries[:split]), by_definition(entries[split:])
    return hashlib.sha256(b"\1" + left + right).digest()


def climb(leaf: bytes, path: tuple[bytes, ...], index: int, size: int) -> bytes:
    value = leaf
    for sibling, is_left in zip(path, sides(index, size), strict=True):
        value = node_hash(sibling, value) if is_left else node_hash(value, sibling)
    return value


MANY = [b"entry %d" % number for number in range(SIZES)]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root(size, grown(ENTRIES[:size])).hex() == ROOTS[size - 1]


def test_a_tree_that_grew_is_the_tree_by_definition() -> None:
    nodes = grown(MANY)
    for size in range(1, SIZES + 1):
        assert root(size, nodes) == by_definition(MANY[:size]), size


def test_each_leaf_of_each_tree_is_shown_to_be_in_it_by_its_path_alone() -> None:
    nodes = grown(MANY)
    for size in range(1, SIZES + 1):
        for index in range(size):
            known = {address: nodes[address] for address in needed_for_inclusion(index, size)}
            path = inclusion_path(index, size, known)
            assert climb(leaf_hash(MANY[index]), path, index, size) == root(size, nodes)


def test_each_tree_is_the_beginning_of_each_later_one() -> None:
    nodes = grown(MANY)
    for size in range(1, SIZES + 1):
        for old in range(1, size + 1):
            known = {address: nodes[address] for address in needed_for_consistency(old, size)}
            path = consistency_path(old, size, known)
            assert is_consistent(old, root(old, nodes), size, root(size, nodes), path), (old, size)


def test_a_history_that_was_rewritten_is_not_consistent() -> None:
    nodes, other = grown(MANY), grown([b"forged", *MANY[1:]])
    for size in range(2, SIZES + 1):
        for old in range(1, size):
            path = consistency_path(old, size, other)
            assert not is_consistent(old, root(old, nodes), size, root(size, other), path), (old, size)
            honest = consistency_path(old, size, nodes)
            assert not is_consistent(old, root(old, nodes), size, root(size, nodes), honest[:-1]), (old, size)
            longer = (*honest, honest[-1])
            assert not is_consistent(old, root(old, nodes), size, root(size, nodes), longer), (old, size)


def test_nothing_is_consistent_with_what_it_cannot_come_from() -> None:
    nodes = grown(MANY)
    assert not is_consistent(0, b"", 3, root(3, nodes), ())
    assert not is_consistent(4, root(4, nodes), 3, root(3, nodes), ())
    assert not is_consistent(3, root(3, nodes), 3, root(4, nodes), ())
    assert not is_consistent(3, root(3, nodes), 5, root(5, nodes), ())


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_that_a_tree_does_not_have_has_no_way_up(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="has no leaf"):
        sides(index, size)


def test_a_leaf_is_never_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)
