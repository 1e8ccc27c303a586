"""Mutants of Python programs, found in the syntax tree, written into the text as it is."""

import ast
from collections.abc import Iterator
import re
from typing import TypeAlias
import warnings

from assay.problems.mutation.changes import Change, Operator

_Found: TypeAlias = Iterator[tuple[Operator, int, int, str]]
_SOURCE_CHARACTERS_MAX = 200_000
_CONSTANT_MAX = 10**30  # larger ones mean "infinite", one more or less is the same

_RELATIONS: dict[type[ast.cmpop], tuple[str, tuple[str, ...]]] = {
    ast.Lt: ("<", ("<=", ">")),
    ast.LtE: ("<=", ("<",)),
    ast.Gt: (">", (">=", "<")),
    ast.GtE: (">=", (">",)),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: (r"not\s+in", ("in",)),
}
_ARITHMETIC: dict[type[ast.operator], tuple[str, tuple[str, ...]]] = {
    ast.Add: ("+", ("-",)),
    ast.Sub: ("-", ("+",)),
    ast.Mult: ("*", ("+",)),
    ast.Div: ("/", ("//",)),
    ast.FloorDiv: ("//", ("/", "*")),
    ast.Mod: ("%", ("//",)),
    ast.Pow: ("**", ("*",)),
    ast.LShift: ("<<", (">>",)),
    ast.RShift: (">>", ("<<",)),
    ast.BitAnd: ("&", ("|",)),
    ast.BitOr: ("|", ("&",)),
    ast.BitXor: ("^", ("|",)),
}
_REMOVABLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Break, ast.Continue, ast.Delete)


def mutate_python(text: str) -> Iterator[Change]:
    """All changes, in the order of the text; none of a text that is no Python 3."""
    if len(text) > _SOURCE_CHARACTERS_MAX:
        return
    tree = _parsed(text)
    if tree is None:
        return
    reading = _Reading(text)
    found = [each for node in ast.walk(tree) for each in reading.changes_of(node)]
    for operator, start, end, instead in sorted(found, key=lambda each: (each[1], each[2], each[3])):
        change = Change(operator=operator, text=text, start=start, end=end, instead=instead)
        if _parsed(change.changed) is not None:
            yield change


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Reading:
    """A text, and where the nodes of its tree are in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]  # of each line
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def changes_of(self, node: ast.AST) -> _Found:
        match node:
            case ast.Compare():
                yield from self._relations(node)
            case ast.BoolOp():
                yield from self._logic(node)
            case ast.UnaryOp(op=ast.Not()):
                start, end = self._span(node)
                inner, _ = self._span(node.operand)
                yield Operator.LOGIC, start, end, self._text[inner:end]
            case ast.BinOp():
                yield from self._operators(node, node.left, node.right, "")
            case ast.AugAssign():
                yield from self._operators(node, node.target, node.value, "=")
                yield from self._removal(node)
            case ast.Constant():
                yield from self._constant(node)
            case ast.Call(func=ast.Name(id="range")) if node.args:
                end_of_range = node.args[0] if len(node.args) == 1 else node.args[1]
                start, end = self._span(end_of_range)
                for more in (" + 1", " - 1"):
                    yield Operator.BOUND, start, end, f"({self._text[start:end]}){more}"
            case ast.stmt() if isinstance(node, _REMOVABLE):
                yield from self._removal(node)

    def _relations(self, node: ast.Compare) -> _Found:
        sides = [node.left, *node.comparators]
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if type(op) in _RELATIONS:
                word, others = _RELATIONS[type(op)]
                yield from self._between(Operator.RELATION, left, right, word, others)

    def _logic(self, node: ast.BoolOp) -> _Found:
        word, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            yield from self._between(Operator.LOGIC, left, right, word, (other,))

    def _operators(
        self, node: ast.BinOp | ast.AugAssign, left: ast.expr, right: ast.expr, tail: str
    ) -> _Found:
        if type(node.op) in _ARITHMETIC and not _is_text(left) and not _is_text(right):
            sign, others = _ARITHMETIC[type(node.op)]
            yield from self._between(
                Operator.ARITHMETIC,
                left,
                right,
                re.escape(sign + tail),
                tuple(other + tail for other in others),
            )

    def _between(
        self, operator: Operator, left: ast.expr, right: ast.expr, pattern: str, others: tuple[str, ...]
    ) -> _Found:
        """The operator's word stands between its sides, perhaps after brackets and remarks."""
        start, end = self._span(left)[1], self._span(right)[0]
        gap = re.sub(r"#[^\n]*", lambda found: " " * len(found[0]), self._text[start:end])
        found = re.search(rf"(?<![\w]){pattern}(?![\w])" if pattern[0].isalpha() else pattern, gap)
        if found is not None:
            for other in others:
                yield operator, start + found.start(), start + found.end(), other

    def _constant(self, node: ast.Constant) -> _Found:
        start, end = self._span(node)
        value = node.value
        if isinstance(value, bool):
            yield Operator.LOGIC, start, end, str(not value)
        elif isinstance(value, int) and value <= _CONSTANT_MAX:
            yield Operator.CONSTANT, start, end, str(value + 1)
            yield Operator.CONSTANT, start, end, str(value - 1) if value else "(-1)"

    def _removal(self, node: ast.stmt) -> _Found:
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call | ast.Await | ast.Yield):
            return  # a text that explains, say
        start, end = self._span(node)
        yield Operator.STATEMENT, start, end, "pass"

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        if node.end_lineno is None or node.end_col_offset is None:
            raise AssertionError("ast.parse gives every expression its end")
        return self._place(node.lineno, node.col_offset), self._place(node.end_lineno, node.end_col_offset)

    def _place(self, line: int, column_bytes: int) -> int:
        start = self._starts[line - 1]
        beginning = self._text[start : self._starts[line]].encode()[:column_bytes]
        return start + len(beginning.decode())


def _is_text(node: ast.expr) -> bool:
    """Whether it is a text for certain: there, other operators are other errors."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    )
