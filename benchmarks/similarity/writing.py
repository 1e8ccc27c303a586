"""Programs of recipes.py's few words, written in a language, in somebody's layout."""

import ast
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.similarity.words import PYTHON_READING, Words

_OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "/", ast.Mod: "%",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How somebody sets a program: no token depends on it."""

    indent: int = 4
    brace_below: bool = False
    blank_every: int = 0  # statements; 0 for never
    comment: Callable[[], str | None] = lambda: None


class Writer:
    """Writes one program with braces. Python has no braces, and writes itself: `written_in_python`."""

    def __init__(self, words: Words, layout: Layout) -> None:
        self._words = words
        self._layout = layout
        self._lines: list[str] = []
        self._depth = 0
        self._statements = 0

    def program(self, functions: list[ast.FunctionDef], main: list[ast.stmt], reading: int) -> str:
        self._raw(self._words.head)
        inside = 1 if self._words.head.endswith("{") else 0
        self._depth += inside
        for function in functions:
            self._function(function)
        self._open(self._words.main)
        self._line(self._declared("values", self._words.series, self._words.empty))
        self._raw(self._words.reading[reading])
        self._block(main)
        self._close()
        self._depth -= inside
        self._raw(self._words.tail)
        return "\n".join(self._lines).strip() + "\n"

    def _function(self, function: ast.FunctionDef) -> None:
        parameters = ", ".join(
            self._words.parameter.format(type=self._type(argument.annotation), name=argument.arg)
            for argument in function.args.args
        )
        self._raw("")
        self._open(
            self._words.function.format(
                type=self._type(function.returns), name=function.name, parameters=parameters
            )
        )
        self._block(function.body)
        self._close()

    def _block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self._statements += 1
            every = self._layout.blank_every
            if every and self._statements % every == 0:
                self._lines.append("")
            if (comment := self._layout.comment()) is not None:
                self._line(self._words.comment.format(comment))
            self._statement(statement)

    def _statement(self, statement: ast.stmt) -> None:  # noqa: PLR0912  one case a kind
        expression = self._expression
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
                self._line(self._declared(name, self._type(annotation), expression(value)))
            case ast.Assign(targets=[ast.Subscript() as target], value=value):
                self._put(target, expression(value))
            case ast.AugAssign(target=ast.Subscript() as target, op=op, value=value):
                self._put(target, f"{expression(target)} {_OPERATORS[type(op)]} {expression(value)}")
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._line(f"{name} = {expression(value)};")
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                self._line(f"{name} {_OPERATORS[type(op)]}= {expression(value)};")
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)), args=[value])):
                self._line(self._words.append.format(name=name, value=expression(value)))
            case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[value])):
                self._line(self._words.print.format(expression(value)))
            case ast.Return(value=ast.expr() as value):
                self._line(f"return {expression(value)};")
            case ast.Break():
                self._line("break;")
            case ast.Continue():
                self._line("continue;")
            case ast.While(test=test, body=body):
                self._nested(f"while ({expression(test)})", body)
            case ast.For(target=ast.Name(id=name), iter=iterated, body=body):
                self._nested(self._loop(name, iterated), body)
            case ast.If(test=test, body=body, orelse=orelse):
                self._nested(f"if ({expression(test)})", body)
                if orelse:
                    self._nested("else", orelse)
            case _:
                raise AssertionError(ast.dump(statement))

    def _loop(self, name: str, iterated: ast.expr) -> str:
        match iterated:
            case ast.Call(func=ast.Name(id="range"), args=args):
                start, stop = ["0", *map(self._expression, args)][-2:]
                return f"for ({self._words.number} {name} = {start}; {name} < {stop}; {name}++)"
            case _:
                return self._words.each.format(name=name, series=self._expression(iterated))

    def _expression(self, expression: ast.expr) -> str:  # noqa: PLR0911  one case a kind
        words, inner = self._words, self._expression
        match expression:
            case ast.Name(id=name):
                return name
            case ast.Constant(value=value):
                return str(value)
            case ast.Subscript(value=ast.Name(id=name), slice=at):
                return words.get.format(name=name, at=inner(at))
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
                return words.length.format(name=name)
            case ast.Call(func=ast.Name(id=name), args=args):
                return f"{name}({', '.join(map(inner, args))})"
            case ast.List(elts=[]):
                return words.empty
            case ast.List(elts=[value]):
                return words.first.format(value=inner(value))
            case ast.BinOp(left=ast.List(elts=[value]), right=count):
                return words.filled.format(count=inner(count), value=inner(value))
            case ast.BinOp(left=left, op=op, right=right):
                return f"{self._operand(left)} {_OPERATORS[type(op)]} {self._operand(right)}"
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                sign = {"==": words.equal, "!=": words.unequal}.get(
                    _OPERATORS[type(op)], _OPERATORS[type(op)]
                )
                return f"{inner(left)} {sign} {inner(right)}"
            case ast.BoolOp(op=op, values=values):
                return (" && " if isinstance(op, ast.And) else " || ").join(map(inner, values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"!({inner(operand)})"
        raise AssertionError(ast.dump(expression))

    def _operand(self, expression: ast.expr) -> str:
        text = self._expression(expression)
        is_sum = isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add | ast.Sub)
        return f"({text})" if is_sum else text

    def _put(self, target: ast.Subscript, value: str) -> None:
        name = self._expression(target.value)
        self._line(self._words.put.format(name=name, at=self._expression(target.slice), value=value))

    def _declared(self, name: str, kind: str, value: str) -> str:
        return self._words.declared.format(type=kind, name=name, value=value)

    def _type(self, annotation: ast.expr | None) -> str:
        is_list = isinstance(annotation, ast.Name) and annotation.id == "list"
        return self._words.series if is_list else self._words.number

    def _nested(self, head: str, body: list[ast.stmt]) -> None:
        self._open(head)
        self._block(body)
        self._close()

    def _open(self, head: str) -> None:
        if self._layout.brace_below:
            self._line(head)
            self._line("{")
        else:
            self._line(f"{head} {{")
        self._depth += 1

    def _close(self) -> None:
        self._depth -= 1
        self._line("}")

    def _raw(self, text: str) -> None:
        for line in text.splitlines():
            rest = line.lstrip(" ")
            self._lines.append(
                " " * (self._layout.indent * (self._depth + (len(line) - len(rest)) // 4)) + rest
            )

    def _line(self, text: str) -> None:
        self._lines.append(" " * (self._layout.indent * self._depth) + text)


def written_in_python(
    functions: list[ast.FunctionDef], main: list[ast.stmt], reading: int, layout: Layout
) -> str:
    """The same program in Python, without annotations, by its own printer."""
    lines = ["import sys", "", "values = []", *PYTHON_READING[reading].splitlines()]
    parts: list[ast.stmt] = [*functions, *main]
    texts = [_without_annotations(ast.unparse(ast.fix_missing_locations(part))) for part in parts]
    head = len(functions)
    body = [line for text in texts[:head] for line in ("", *text.splitlines())]
    rest = [line for text in texts[head:] for line in text.splitlines()]
    result = [*lines[:2], *body, "", *lines[2:], *rest]
    set_out: list[str] = []
    for number, line in enumerate(result, 1):
        stripped = line.lstrip(" ")
        margin = " " * ((len(line) - len(stripped)) // 4 * layout.indent)
        if layout.blank_every and number % layout.blank_every == 0:
            set_out.append("")
        if (
            stripped
            and not stripped.startswith(("else", "elif"))
            and (comment := layout.comment()) is not None
        ):
            set_out.append(f"{margin}# {comment}")
        set_out.append(margin + stripped)
    return "\n".join(set_out) + "\n"


def _without_annotations(text: str) -> str:
    for annotation in (": int", ": list", " -> int", " -> list"):
        text = text.replace(annotation, "")
    return text
