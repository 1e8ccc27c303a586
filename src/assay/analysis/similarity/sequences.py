"""A submission as one sequence of tokens, and the way back from tokens to lines.

file 1   break   file 2   break   …        a break is equal to nothing, so no match crosses it;
                                           what a template has becomes breaks, too
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
import re

import numpy as np

from assay.analysis.similarity.kernel import Kernel, Tile, Tokens
from assay.analysis.similarity.nouns import Match, Place, Submission
from assay.analysis.similarity.parsing import Tokenised

SHORTEST = 8  # tokens of a match: shorter ones any two programs share
STEPS_PER_TOKEN_MAX = 400  # of a search for matches: programs need some ten, one thing repeated all there are
BREAK = 0
_LINE_END = re.compile(rb"\r\n?|\n")


@dataclass(frozen=True, kw_only=True)
class Sequenced:
    """A submission's tokens. `files` says of each token which file it is in; at breaks all else is 0."""

    submission: Submission
    tokens: Tokens
    files: Tokens
    starts: Tokens
    ends: Tokens

    @property
    def size(self) -> int:
        """How many tokens there are, breaks left out."""
        return int(np.count_nonzero(self.tokens))


def joined(submission: Submission, texts: Sequence[Tokenised]) -> Sequenced:
    """`texts` are the submission's files, in their order."""
    columns: list[list[Tokens]] = [[], [], [], []]
    gap = np.zeros(1, dtype=np.uint32)
    for number, text in enumerate(texts):
        file = np.full(len(text.tokens), number, dtype=np.uint32)
        for column, part in zip(columns, (text.tokens, file, text.starts, text.ends), strict=True):
            column += [part, gap]
    tokens, files, starts, ends = (
        np.concatenate(column) if column else np.empty(0, dtype=np.uint32) for column in columns
    )
    return Sequenced(submission=submission, tokens=tokens, files=files, starts=starts, ends=ends)


def without(sequenced: Sequenced, templates: Sequence[Tokens], kernel: Kernel) -> Sequenced:
    """What is left when everything that a template has, too, is taken out."""
    tokens = sequenced.tokens.copy()
    for template in templates:
        bound = STEPS_PER_TOKEN_MAX * (len(tokens) + len(template))
        for tile in kernel.tiles(tokens, template, shortest=SHORTEST, steps_max=bound).tiles:
            tokens[tile.a : tile.a + tile.length] = BREAK
    return Sequenced(
        submission=sequenced.submission,
        tokens=tokens,
        files=sequenced.files,
        starts=sequenced.starts,
        ends=sequenced.ends,
    )


def matches_of(a: Sequenced, b: Sequenced, tiles: Sequence[Tile]) -> tuple[Match, ...]:
    """Tiles as places in the sources, in the order of `a`."""
    lines_a, lines_b = _Lines(a), _Lines(b)
    return tuple(
        Match(a=lines_a.place(tile.a, tile.length), b=lines_b.place(tile.b, tile.length), tokens=tile.length)
        for tile in sorted(tiles, key=lambda tile: tile.a)
    )


class _Lines:
    """Which line a byte is on, for the files of one submission."""

    def __init__(self, sequenced: Sequenced) -> None:
        self._sequenced = sequenced
        self._ends: dict[int, list[int]] = {}

    def place(self, first: int, length: int) -> Place:
        of = self._sequenced
        number = int(of.files[first])
        file = of.submission.files[number]
        if number not in self._ends:
            self._ends[number] = [found.end() for found in _LINE_END.finditer(file.content)]
        start, end = int(of.starts[first]), int(of.ends[first + length - 1])
        return Place(
            file=file.name,
            start=start,
            end=end,
            first_line=bisect_right(self._ends[number], start) + 1,
            last_line=bisect_right(self._ends[number], end - 1) + 1,
        )
