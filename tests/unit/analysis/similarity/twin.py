"""What the compiled kernel computes, in Python as plain as it can be: tests hold one to the other."""

from collections.abc import Sequence

from assay.analysis.similarity.kernel import Tile

_WORD = (1 << 64) - 1
_BASE = 0x9E3779B97F4A7C15
BREAK = 0


def fingerprints(tokens: Sequence[int], *, k: int, window: int) -> list[int]:
    """Robust winnowing: Schleimer, Wilkerson and Aiken, "Winnowing", SIGMOD 2003, section 3.1."""
    found: list[int] = []
    for stretch in _stretches(tokens):
        hashes = [_hash(stretch[at : at + k]) for at in range(len(stretch) - k + 1)]
        taken = -1
        for start in range(max(len(hashes) - window, 0) + 1 if hashes else 0):
            places = range(start, min(start + window, len(hashes)))
            least = min(hashes[at] for at in places)
            if taken not in places or hashes[taken] != least:
                taken = max(at for at in places if hashes[at] == least)
                found.append(least)
    return found


def tiles(a: Sequence[int], b: Sequence[int], *, shortest: int) -> list[Tile]:
    """Greedy string tiling: M. Wise, "String similarity via greedy string tiling", 1993."""
    taken_a, taken_b = [False] * len(a), [False] * len(b)
    found: list[Tile] = []

    def length_at(i: int, j: int) -> int:
        length = 0
        while (
            i + length < len(a)
            and j + length < len(b)
            and a[i + length] == b[j + length] != BREAK
            and not taken_a[i + length]
            and not taken_b[j + length]
        ):
            length += 1
        return length

    while True:
        lengths = ((length_at(i, j), -i, -j) for i in range(len(a)) for j in range(len(b)))
        length, i, j = max(lengths, default=(0, 0, 0))
        if length < max(shortest, 1):
            return found
        found.append(Tile(a=-i, b=-j, length=length))
        taken_a[-i : -i + length] = [True] * length
        taken_b[-j : -j + length] = [True] * length


def _stretches(tokens: Sequence[int]) -> list[list[int]]:
    stretches: list[list[int]] = [[]]
    for token in tokens:
        if token == BREAK:
            stretches.append([])
        else:
            stretches[-1].append(token)
    return stretches


def _hash(tokens: Sequence[int]) -> int:
    value = 0
    for token in tokens:
        value = (value * _BASE + token) & _WORD
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _WORD
    return value ^ (value >> 31)
