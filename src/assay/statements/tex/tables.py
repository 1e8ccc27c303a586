r"""tabular as HTML: columns, rules, cells that span columns (`\multicolumn`) or rows (`\multirow`)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
import re

from assay.statements.source import TooComplex
from assay.statements.tex.macros import Stream
from assay.statements.tex.tokens import Kind, Token, source_of

COLUMNS_MAX = 100
CELLS_MAX = 20_000
_ALIGNMENTS = {"l": "left", "c": "centre", "r": "right", "p": "left", "m": "left", "b": "left", "X": "left",
               "L": "left", "C": "centre", "R": "right", "S": "right", "J": "left"}  # fmt: skip
_REPEATED = re.compile(r"\*\s*\{(\d{1,3})\}\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")
_COLUMN = re.compile(r"[@!><]\s*\{[^{}]*\}|\||[a-zA-Z](?:\s*\{[^{}]*\})?")
_RULES = frozenset({"hline", "toprule", "midrule", "bottomrule", "Xhline", "hdashline"})
_RANGE = re.compile(r"(\d{1,3})\s*-\s*(\d{1,3})")


@dataclass
class _Row:
    cells: list[list[Token]] = field(default_factory=lambda: [[]])
    ruled: set[int] | None = None  # the columns with a rule above; None: all


@dataclass(frozen=True)
class _Column:
    alignment: str
    rule_left: bool
    rule_right: bool

    @property
    def classes(self) -> list[str]:
        rules = [name for name, there in (("left", self.rule_left), ("right", self.rule_right)) if there]
        return [self.alignment, *(f"rule-{name}" for name in rules)]


_PLAIN = _Column("left", False, False)


@dataclass(frozen=True, kw_only=True)
class _Spans:
    """A cell's size in columns and rows, its own alignment if it has one, and what is in it."""

    width: int
    height: int
    column: _Column | None
    content: list[Token]

    @property
    def attributes(self) -> str:
        columns = f' colspan="{self.width}"' if self.width > 1 else ""
        return columns + (f' rowspan="{self.height}"' if self.height > 1 else "")

    def below(self) -> Iterator[tuple[int, int]]:
        """The places that it takes in the rows below, from its own."""
        return ((down, right) for down in range(1, self.height) for right in range(self.width))


def table(columns: str, body: list[Token], cell: Callable[[list[Token]], str]) -> str:
    """HTML of a table from its column description and its body. `cell` makes HTML of a cell's tokens."""
    described = _columns(columns)
    rows = list(_rows(body))
    if sum(len(row.cells) for row in rows) > CELLS_MAX:
        raise TooComplex(f"a table has more than {CELLS_MAX} cells")
    closing = rows.pop() if rows and not any(map(source_of, rows[-1].cells)) else None
    lines: list[str] = []
    covered: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        below = rows[number + 1] if number + 1 < len(rows) else closing
        lines.append("<tr>")
        at = 0
        for tokens in row.cells[:COLUMNS_MAX]:
            spans = _spans(tokens)
            if (number, at) not in covered or source_of(tokens).strip():  # LaTeX wants an empty one there
                covered.update((number + down, at + right) for down, right in spans.below())
                column = spans.column or (described[at] if at < len(described) else _PLAIN)
                opening = (
                    f'<td class="{" ".join(_classes(at, column, spans, row, below))}"{spans.attributes}>'
                )
                lines.append(f"{opening}{cell(spans.content)}</td>")
            at += spans.width
        lines.append("</tr>")
    return f"<table><tbody>{''.join(lines)}</tbody></table>"


def _classes(at: int, column: _Column, spans: _Spans, row: _Row, below: _Row | None) -> list[str]:
    classes = list(column.classes)
    if row.ruled is None or at in row.ruled:
        classes.append("rule-top")
    if below is not None and spans.height == 1 and (below.ruled is None or at in below.ruled):
        classes.append("rule-bottom")
    return classes


def _spans(tokens: list[Token]) -> _Spans:
    """What a cell says of itself."""
    width, height, column = 1, 1, None
    while True:
        stream = Stream("")
        stream.put_back(*tokens)
        stream.skip_space()
        token = stream.raw()
        match token:
            case Token(Kind.COMMAND, "multicolumn" | "multicol"):
                width = _count(stream.word())
                column = next(iter(_columns(stream.word())), None)
                tokens = stream.argument()
            case Token(Kind.COMMAND, "multirow"):
                stream.optional()
                height = _count(stream.word())
                stream.optional()
                stream.argument()
                stream.optional()
                tokens = stream.argument()
            case _:
                return _Spans(width=width, height=height, column=column, content=tokens)


def _count(text: str) -> int:
    digits = text.lstrip("-")
    return min(max(int(digits), 1), COLUMNS_MAX) if digits.isascii() and digits.isdigit() else 1


def _columns(description: str) -> list[_Column]:
    expanded = _REPEATED.sub(lambda found: found[2] * min(int(found[1]), COLUMNS_MAX), description[:1000])
    columns: list[_Column] = []
    rule = False
    for found in _COLUMN.findall(expanded):
        if found == "|" and columns:
            columns[-1] = _Column(columns[-1].alignment, columns[-1].rule_left, True)
        elif found == "|":
            rule = True
        elif found[0] in _ALIGNMENTS and len(columns) < COLUMNS_MAX:
            columns.append(_Column(_ALIGNMENTS[found[0]], rule, False))
            rule = False
    return columns


def _rows(body: Iterable[Token]) -> Iterable[_Row]:
    """Split at `&` and `\\\\` that are in no group and no inner environment; take the rules out."""
    row = _Row(ruled=set())
    depth = 0
    tokens = Stream("")
    tokens.put_back(*body)
    while (token := tokens.raw()) is not None:
        is_outside = depth == 0
        match token:
            case Token(Kind.OPEN, _) | Token(Kind.COMMAND, "begin"):
                depth += 1
            case Token(Kind.CLOSE, _) | Token(Kind.COMMAND, "end"):
                depth -= 1
            case Token(Kind.ALIGN, _) if is_outside:
                row.cells.append([])
                continue
            case Token(Kind.COMMAND, "\\" | "tabularnewline" | "cr") if is_outside:
                tokens.star()
                tokens.optional()
                yield row
                row = _Row(ruled=set())
                continue
            case Token(Kind.COMMAND, name) if is_outside and name in _RULES:
                row.ruled = None
                continue
            case Token(Kind.COMMAND, "cline" | "cmidrule") if is_outside:
                tokens.optional()
                _rule(row, tokens.word())
                continue
            case Token(Kind.SPACE, _) if not row.cells[-1]:
                continue
        row.cells[-1].append(token)
    yield row


def _rule(row: _Row, columns: str) -> None:
    found = _RANGE.search(columns)
    if found is not None and row.ruled is not None:
        row.ruled.update(range(int(found[1]) - 1, int(found[2])))
