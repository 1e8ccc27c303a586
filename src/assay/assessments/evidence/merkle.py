"""The Merkle tree of RFC 6962 (section 2.1): hashes, proofs of inclusion and of consistency. Pure.

leaf hash   SHA-256(0x00 ‖ entry)          the prefixes keep a leaf from being taken
node hash   SHA-256(0x01 ‖ left ‖ right)   for a node, and the other way round

                 root of 5                       nodes by (level, position):
           ┌────────┴───────┐                    complete subtrees of 2^level leaves,
         (2,0)              │                    the position-th of their level.
      ┌────┴────┐           │                    They never change once they are there,
    (1,0)     (1,1)         │                    and all else is folded from them.
    ┌─┴─┐     ┌─┴─┐         │
  (0,0)(0,1)(0,2)(0,3)    (0,4)
"""

from collections.abc import Iterator, Mapping, Sequence
import hashlib

Address = tuple[int, int]
"""A node's level and its position in it."""

Nodes = Mapping[Address, bytes]


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def frontier(size: int) -> list[Address]:
    """The complete subtrees that a tree of `size` leaves consists of, from left to right."""
    return [(level, (size >> level) - 1) for level in reversed(range(size.bit_length())) if size >> level & 1]


def appended(leaf: bytes, size: int, nodes: Nodes) -> dict[Address, bytes]:
    """The nodes that come with one more leaf (its hash). `nodes` has the frontier of the tree of `size`."""
    level, position, value = 0, size, leaf
    made = {(level, position): value}
    while position & 1:
        value = node_hash(nodes[level, position - 1], value)
        level, position = level + 1, position >> 1
        made[level, position] = value
    return made


def root(size: int, nodes: Nodes) -> bytes:
    """The root of a tree, from its frontier. A tree has at least one leaf."""
    return _fold(frontier(size), nodes)


def inclusion_path(index: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """The siblings on a leaf's way up, the lowest first. `nodes` has `needed_for_inclusion`."""
    return tuple(_fold(_covering(*span), nodes) for span in _inclusion_spans(index, size))


def needed_for_inclusion(index: int, size: int) -> list[Address]:
    return [each for span in _inclusion_spans(index, size) for each in _covering(*span)]


def consistency_path(old: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """Shows that the tree of `old` leaves is the beginning of that of `size` (section 2.1.2)."""
    return tuple(_fold(_covering(*span), nodes) for span in _consistency_spans(old, size))


def needed_for_consistency(old: int, size: int) -> list[Address]:
    return [each for span in _consistency_spans(old, size) for each in _covering(*span)]


def sides(index: int, size: int) -> list[bool]:
    """For each step of a leaf's way up: whether the sibling is on the left. Raises `ValueError`."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    return [start < index for start, _ in _inclusion_spans(index, size)]


def is_consistent(old: int, old_root: bytes, size: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` shows that the older tree is the beginning of the newer (RFC 9162, section 2.1.4.2)."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not path and old_root == new_root
    remaining = list(path)
    if old & (old - 1) == 0:  # a complete tree is a node of the newer one, and is not sent
        remaining.insert(0, old_root)
    if not remaining:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    was = now = remaining[0]
    for step in remaining[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            was, now = node_hash(step, was), node_hash(step, now)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            now = node_hash(now, step)
        place, last = place >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root


def _split(size: int) -> int:
    """The largest power of two that is smaller than `size`: how many leaves the left subtree has."""
    return 1 << (size - 1).bit_length() - 1


def _inclusion_spans(index: int, size: int) -> list[tuple[int, int]]:
    """The leaves (from, to) below each sibling on the way up, the lowest first."""
    spans = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def _consistency_spans(old: int, size: int) -> Iterator[tuple[int, int]]:
    spans = []
    start, end = 0, size
    is_whole = True  # whether the subtree that is left of the old tree is the old tree itself
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, is_whole = middle, False
    if not is_whole:
        spans.append((start, end))
    return reversed(spans)


def _covering(start: int, end: int) -> list[Address]:
    """The complete subtrees that have just these leaves; `start` is where such a tree may begin."""
    addresses = []
    while start < end:
        level = (end - start).bit_length() - 1
        addresses.append((level, start >> level))
        start += 1 << level
    return addresses


def _fold(addresses: Sequence[Address], nodes: Nodes) -> bytes:
    *others, last = (nodes[address] for address in addresses)
    for other in reversed(others):
        last = node_hash(other, last)
    return last
