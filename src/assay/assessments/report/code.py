"""A file line by line, with marks where something was found. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from assay.domain.score import Deduction

LINES_MAX = 5_000  # a page of more is no use to anybody; the rest is said to be left out
_LINE_CHARACTERS_MAX = 1_000


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """A deduction of a competency, with the number that joins it and its mark in the code.

    `file` is the number of the file that it is in; the program's main one is the first.
    """

    number: int
    competency: str
    deduction: Deduction
    file: int = 1

    @property
    def anchor(self) -> str:
        """The id of the line where it begins."""
        return line_anchor(self.file, self.deduction.start_line or 0)


def line_anchor(file: int, line: int) -> str:
    return f"line-{line}" if file == 1 else f"file-{file}-line-{line}"


@dataclass(frozen=True, kw_only=True)
class CodeLine:
    """`marks` begin at this line; `is_inside` is also true of the further lines of a mark."""

    number: int
    text: str
    anchor: str
    marks: tuple[Numbered, ...]
    is_inside: bool


@dataclass(frozen=True, kw_only=True)
class Code:
    """One file. `left_out` lines at the end are not shown."""

    name: str
    lines: tuple[CodeLine, ...]
    left_out: int


def marked_code(name: str, source: bytes, deductions: Sequence[Numbered], *, file: int = 1) -> Code:
    """The lines of a file, bytes that are no UTF-8 replaced. Lines past the end have no marks."""
    text = source.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")  # as findings count
    texts = text.split("\n")
    if texts[-1] == "":
        texts.pop()
    beginnings: dict[int, list[Numbered]] = {}
    inside: set[int] = set()
    for each in deductions:
        start, end = each.deduction.start_line, each.deduction.end_line
        if each.file == file and start is not None and end is not None:
            beginnings.setdefault(start, []).append(each)
            inside.update(range(start, min(end, LINES_MAX) + 1))
    lines = tuple(
        CodeLine(
            number=number,
            text=_shown(text),
            anchor=line_anchor(file, number),
            marks=tuple(beginnings.get(number, ())),
            is_inside=number in inside,
        )
        for number, text in enumerate(texts[:LINES_MAX], start=1)
    )
    return Code(name=name, lines=lines, left_out=max(0, len(texts) - LINES_MAX))


def _shown(text: str) -> str:
    """Control characters as pictures: else a program could hide some of its text from its reader."""
    text = "".join(_picture(character) for character in text)
    return text if len(text) <= _LINE_CHARACTERS_MAX else f"{text[:_LINE_CHARACTERS_MAX]} …"


def _picture(character: str) -> str:
    if character == "\t" or character.isprintable():
        return character
    return chr(0x2400 + ord(character)) if ord(character) < 0x20 else f"[U+{ord(character):04X}]"
