"""The program line by line, with marks where something was found. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from assay.domain.score import Deduction

LINES_MAX = 5_000  # a page of more is no use to anybody; the rest is said to be left out
_LINE_CHARACTERS_MAX = 1_000


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """A deduction of a competency, with the number that joins it and its mark in the code."""

    number: int
    competency: str
    deduction: Deduction


@dataclass(frozen=True, kw_only=True)
class CodeLine:
    """`marks` begin at this line; `is_inside` is also true of the further lines of a mark."""

    number: int
    text: str
    marks: tuple[Numbered, ...]
    is_inside: bool


@dataclass(frozen=True, kw_only=True)
class Code:
    """`left_out` lines at the end are not shown."""

    lines: tuple[CodeLine, ...]
    left_out: int


def marked_code(source: bytes, deductions: Sequence[Numbered]) -> Code:
    """The lines of a program, bytes that are no UTF-8 replaced. Lines past the end have no marks."""
    text = source.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")  # as findings count
    texts = text.split("\n")
    if texts[-1] == "":
        texts.pop()
    beginnings: dict[int, list[Numbered]] = {}
    inside: set[int] = set()
    for each in deductions:
        start, end = each.deduction.start_line, each.deduction.end_line
        if start is not None and end is not None:
            beginnings.setdefault(start, []).append(each)
            inside.update(range(start, min(end, LINES_MAX) + 1))
    lines = tuple(
        CodeLine(
            number=number,
            text=_shown(text),
            marks=tuple(beginnings.get(number, ())),
            is_inside=number in inside,
        )
        for number, text in enumerate(texts[:LINES_MAX], start=1)
    )
    return Code(lines=lines, left_out=max(0, len(texts) - LINES_MAX))


def _shown(text: str) -> str:
    """Control characters as pictures: else a program could hide some of its text from its reader."""
    text = "".join(_picture(character) for character in text)
    return text if len(text) <= _LINE_CHARACTERS_MAX else f"{text[:_LINE_CHARACTERS_MAX]} …"


def _picture(character: str) -> str:
    if character == "\t" or character.isprintable():
        return character
    return chr(0x2400 + ord(character)) if ord(character) < 0x20 else f"[U+{ord(character):04X}]"
