"""Whom to compare with whom: those who share fingerprints that few have.

    fingerprints ─► a sparse matrix, submissions by fingerprints ─► its product with itself: how many are
    shared
                ╰─► MinHash signatures, sorted: neighbours in the order

A fingerprint that more than HOLDERS_MAX submissions have says little of a pair and costs the square of that,
so the product leaves it out; with that the cost grows with the number of submissions and not with its
square. Who has mostly such fingerprints (everybody who handed on the same program, say) would be compared
with nobody, and is compared with neighbours by MinHash (Broder, 1997) instead: each of those with the next,
so that clusters hold together.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]

HOLDERS_MAX = 100
PARTNERS_MAX = 12  # of one submission by the product: who copied, copied from one or two
SIGNATURE = 8  # MinHash values: two programs that share half miss all of them once in 256 times
RARE_SHARE_MIN = 0.5  # with fewer of its fingerprints in the product a submission gets neighbours
_BLOCK_ROWS = 256  # of the product at once: at most this many times submissions numbers in memory
_MIX = np.uint64(0x9E3779B97F4A7C15)

Fingerprints = NDArray[np.uint64]
Pairs = NDArray[np.uint32]


def candidates(fingerprints: Sequence[Fingerprints], *, own: int) -> Pairs:
    """Pairs of numbers (a < b), each once, in order. The first `own` submissions are compared with all, the
    others, the corpus, only with those."""
    sets = [np.unique(each) for each in fingerprints]
    sizes = np.array([len(each) for each in sets], dtype=np.int64)
    if not sizes.any():
        return np.empty((0, 2), dtype=np.uint32)
    rows = np.repeat(np.arange(len(sets)), sizes)
    _, columns, holders = np.unique(np.concatenate(sets), return_inverse=True, return_counts=True)
    kept = (holders[columns] > 1) & (holders[columns] <= HOLDERS_MAX)
    matrix = sparse.csr_array(
        (np.ones(int(kept.sum()), dtype=np.int32), (rows[kept], columns[kept])),
        shape=(len(sets), len(holders)),
    )
    common = np.bincount(rows[holders[columns] > HOLDERS_MAX], minlength=len(sets))
    crowded = common > sizes * (1 - RARE_SHARE_MIN)
    found = np.concatenate([_by_product(matrix, sizes, own), _by_neighbourhood(sets, crowded, own)])
    return np.unique(found, axis=0).astype(np.uint32)


def _by_product(matrix: sparse.csr_array, sizes: NDArray[np.int64], own: int) -> NDArray[np.int64]:
    """For each submission of our own those that share most, as a share of the smaller one's fingerprints."""
    count = len(sizes)
    turned = matrix.T.tocsr()
    found: list[NDArray[np.int64]] = [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, own, _BLOCK_ROWS):
        block = (matrix[start : min(start + _BLOCK_ROWS, own)] @ turned).tocsr()
        for row in range(block.shape[0]):
            number = start + row
            span = slice(block.indptr[row], block.indptr[row + 1])
            others, shared = block.indices[span].astype(np.int64), block.data[span]
            share = shared / np.minimum(sizes[others], sizes[number])
            # one number to sort by, so that of equals the first is taken on every machine
            order = np.round(share * (1 << 30)).astype(np.int64) * count + (count - 1 - others)
            order[others == number] = -1
            best = np.argsort(-order)[:PARTNERS_MAX] if len(order) <= PARTNERS_MAX else _largest(order)
            partners = others[best[order[best] >= 0]]
            found.append(_ordered(np.full(len(partners), number), partners))
    return np.concatenate(found)


def _largest(order: NDArray[np.int64]) -> NDArray[np.intp]:
    return np.argpartition(-order, PARTNERS_MAX - 1)[:PARTNERS_MAX]


def _by_neighbourhood(
    sets: Sequence[Fingerprints], crowded: NDArray[np.bool_], own: int
) -> NDArray[np.int64]:
    numbers = np.flatnonzero(crowded & np.array([len(each) > 0 for each in sets]))
    found: list[NDArray[np.int64]] = [np.empty((0, 2), dtype=np.int64)]
    if len(numbers) > 1:
        signatures = np.array([_signature(sets[number]) for number in numbers.tolist()])
        for at in range(SIGNATURE):
            keys = np.roll(signatures, -at, axis=1)  # by this value first, by the others among equals
            order = np.lexsort((numbers, *keys.T[::-1]))
            same = keys[order[:-1], 0] == keys[order[1:], 0]
            pairs = _ordered(numbers[order[:-1][same]], numbers[order[1:][same]])
            found.append(pairs[pairs[:, 0] < own])
    return np.concatenate(found)


def _signature(fingerprints: Fingerprints) -> NDArray[np.uint64]:
    """The least value of the fingerprints under each of so many ways to shuffle them."""
    salts = np.arange(1, SIGNATURE + 1, dtype=np.uint64)[:, None] * _MIX
    mixed = (fingerprints[None, :] ^ salts) * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(29)
    least: NDArray[np.uint64] = (mixed * np.uint64(0x94D049BB133111EB)).min(axis=1)
    return least


def _ordered(ones: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.stack([np.minimum(ones, others), np.maximum(ones, others)], axis=1)
