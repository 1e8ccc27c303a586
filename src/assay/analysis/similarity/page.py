"""Pairs side by side as one HTML page that needs no other: no scripts, nothing from elsewhere. Pure.

Each match is marked in both texts with the same number and colour. A mark leads to its partner: the other
pane scrolls there. Colours repeat after six; the numbers do not, so nothing is told by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
import re

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assay.analysis.similarity.nouns import Pair, Place, SourceText, Submission

COLOURS = 6
_LINE_END = re.compile(rb"\r\n?|\n")
# What would let a text be shown in another order than it is compiled in, or not at all.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A pair and its submissions."""

    pair: Pair
    a: Submission
    b: Submission


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of a line, and the number of the match that it is in. The first piece of a match is its
    `anchor`."""

    text: str
    match: int | None
    anchor: bool = False

    @property
    def colour(self) -> int:
        return 0 if self.match is None else (self.match - 1) % COLOURS + 1


@dataclass(frozen=True, kw_only=True)
class FileLines:
    """A file as it is shown: its lines, each of pieces."""

    name: str
    lines: tuple[tuple[Piece, ...], ...]


def html_page(shown: Sequence[Shown], *, title: str, threshold: str) -> str:
    """The whole page: the same pairs give the same bytes. `threshold` is what there is to say of it."""
    environment = Environment(
        loader=FileSystemLoader(str(resources.files("assay.analysis.similarity") / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        title=title,
        threshold=threshold,
        pairs=[
            {
                "pair": each.pair,
                "sides": [
                    {
                        "side": "a",
                        "other": "b",
                        "name": each.pair.a,
                        "files": marked(each.a, _places(each, "a")),
                    },
                    {
                        "side": "b",
                        "other": "a",
                        "name": each.pair.b,
                        "files": marked(each.b, _places(each, "b")),
                    },
                ],
            }
            for each in shown
        ],
        colours=COLOURS,
    )


def marked(submission: Submission, places: Sequence[Place]) -> tuple[FileLines, ...]:
    """A submission's files with the places marked; the first place is match 1."""
    return tuple(
        FileLines(
            name=file.name,
            lines=_lines(
                file, [(place, number) for number, place in enumerate(places, 1) if place.file == file.name]
            ),
        )
        for file in submission.files
    )


def _places(shown: Shown, side: str) -> list[Place]:
    return [match.a if side == "a" else match.b for match in shown.pair.matches]


def _lines(file: SourceText, places: Sequence[tuple[Place, int]]) -> tuple[tuple[Piece, ...], ...]:
    ends = [found.span() for found in _LINE_END.finditer(file.content)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(file.content)]
    if starts[-1] == len(file.content) and len(starts) > 1:  # what is behind the last line's end is no line
        starts, stops = starts[:-1], stops[:-1]
    in_order = sorted(places, key=lambda each: each[0].start)
    lines: list[tuple[Piece, ...]] = []
    next_place = 0
    for start, stop in zip(starts, stops, strict=True):
        while next_place < len(in_order) and in_order[next_place][0].end <= start:
            next_place += 1
        lines.append(tuple(_pieces(file.content, start, stop, in_order[next_place:])))
    return tuple(lines)


def _pieces(content: bytes, start: int, stop: int, places: Sequence[tuple[Place, int]]) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for place, number in places:
        if place.start >= stop:
            break
        first, last = max(place.start, start), min(place.end, stop)
        pieces.append(Piece(text=_shown(content[at:first]), match=None))
        pieces.append(Piece(text=_shown(content[first:last]), match=number, anchor=first == place.start))
        at = last
    pieces.append(Piece(text=_shown(content[at:stop]), match=None))
    return [piece for piece in pieces if piece.text or piece.anchor]


def _shown(content: bytes) -> str:
    return _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", content.decode(errors="replace"))
