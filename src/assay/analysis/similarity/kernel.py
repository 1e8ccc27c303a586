"""The compiled kernel (native/kernel.c) as Python calls it: fingerprints and tiles of sequences of tokens.

It is made by `make kernel`, comes with a wheel, keeps no state and lets other threads go on while it works.
What it gives is what the plain Python of the tests gives, some hundred times as fast.
"""

import ctypes
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assay.errors import Unavailable

Tokens = NDArray[np.uint32]

LIBRARY = Path(__file__).resolve().parent / "native" / "build" / "libsimilarity.so"
_VERSION = 1
_CUT, _NO_MEMORY = 1, -1
_CUT_BIT = np.uint32(1 << 31)
_REMEDY = "build it: 'make kernel' in a checkout; in a wheel it is missing only if the wheel is broken"


@dataclass(frozen=True, kw_only=True)
class Tile:
    """`length` tokens that are the same from `a` on in one sequence and from `b` on in the other."""

    a: int
    b: int
    length: int


@dataclass(frozen=True, kw_only=True)
class Tiling:
    """Tiles, in the order in which greedy string tiling takes them: the longest first.

    `cut` says that the bound on steps ended the search: there may be more, these are right.
    """

    tiles: tuple[Tile, ...]
    cut: bool


class _Tile(ctypes.Structure):
    _fields_ = (("a", ctypes.c_uint32), ("b", ctypes.c_uint32), ("length", ctypes.c_uint32))


class Kernel:
    """The functions of one loaded library. For any number of threads at once."""

    def __init__(self, library: Path = LIBRARY) -> None:
        """Raises `Unavailable` when it is not there, or of another version."""
        try:
            self._functions = ctypes.CDLL(str(library))
            self._functions.kernel_version.restype = ctypes.c_uint32
            version = self._functions.kernel_version()
        except (OSError, AttributeError) as error:
            raise Unavailable(f"similarity has no kernel at {library} ({error}): {_REMEDY}") from error
        if version != _VERSION:
            raise Unavailable(f"{library} is of another version than this Assay: {_REMEDY}")
        word, words = ctypes.c_uint32, ctypes.c_void_p
        self._functions.kernel_winnow.argtypes = (words, word, word, word, words)
        self._functions.kernel_winnow.restype = word
        self._functions.kernel_tile.argtypes = (
            words, word, words, word, word, ctypes.c_uint64, words, ctypes.POINTER(word),
        )  # fmt: skip
        self._functions.kernel_cover.argtypes = (
            words, words, words, ctypes.c_uint64, word, ctypes.c_uint64, words,
        )  # fmt: skip

    def fingerprints(self, tokens: Tokens, *, k: int, window: int) -> NDArray[np.uint64]:
        """By robust winnowing: of `window` neighbouring k-grams one. In the order of the text."""
        tokens = np.ascontiguousarray(tokens, dtype=np.uint32)
        found = np.empty(len(tokens), dtype=np.uint64)
        count = self._functions.kernel_winnow(tokens.ctypes.data, len(tokens), k, window, found.ctypes.data)
        return found[:count].copy()

    def tiles(self, a: Tokens, b: Tokens, *, shortest: int, steps_max: int) -> Tiling:
        """Greedy string tiling of two sequences; breaks (0) are equal to nothing."""
        a, b = (np.ascontiguousarray(each, dtype=np.uint32) for each in (a, b))
        room = (_Tile * (min(len(a), len(b)) // shortest + 1))()
        count = ctypes.c_uint32()
        result = self._functions.kernel_tile(
            a.ctypes.data, len(a), b.ctypes.data, len(b), shortest, steps_max, room, ctypes.byref(count)
        )
        _check(result)
        return Tiling(
            tiles=tuple(Tile(a=each.a, b=each.b, length=each.length) for each in room[: count.value]),
            cut=result == _CUT,
        )

    def covered(
        self,
        tokens: Tokens,
        starts: NDArray[np.uint64],
        pairs: NDArray[np.uint32],
        *,
        shortest: int,
        steps_per_token_max: int,
    ) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
        """For each pair of sequences (rows of two numbers): how many tokens tiles cover; whether it was cut.

        Sequences lie one behind the other in `tokens`: number s from `starts[s]` to `starts[s + 1]`.
        """
        pairs = np.ascontiguousarray(pairs, dtype=np.uint32)
        covered = np.zeros(len(pairs), dtype=np.uint32)
        result = self._functions.kernel_cover(
            tokens.ctypes.data,
            starts.ctypes.data,
            pairs.ctypes.data,
            len(pairs),
            shortest,
            steps_per_token_max,
            covered.ctypes.data,
        )
        _check(result)
        return covered & ~_CUT_BIT, (covered & _CUT_BIT) != 0


def _check(result: int) -> None:
    if result == _NO_MEMORY:
        raise MemoryError("similarity's kernel got no memory")
