"""How somebody writes what could be written in several ways: rewritings that keep what a program does.

An author has habits by chance, and they make two honest programs of the same idea differ. Whoever disguises a
copy thoroughly uses the same ones.
"""

import ast
from collections.abc import Sequence
from copy import deepcopy
from random import Random

_FLIPPED = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}
_OPPOSITE = {
    ast.Lt: ast.GtE,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


class Habits(ast.NodeTransformer):
    """Each habit is there or not, and is then followed mostly, not always: people are not consistent."""

    def __init__(self, chance: Random, *, strength: float = 0.5) -> None:
        self._chance = chance
        self._fresh = 0
        names = (
            "while", "plain", "flip", "swap", "guard", "hoist", "indexed", "negate", "commute", "held",
            "counted", "careful", "otherwise",
        )  # fmt: skip
        self._has = {name: chance.random() < strength for name in names}

    def rewritten(self, function: ast.FunctionDef) -> ast.FunctionDef:
        """A rewritten copy."""
        copy = deepcopy(function)
        copy.body = self._body(copy.body)
        if self._has["otherwise"]:
            copy.body = _with_else(copy.body)
        if self._follows("counted"):
            copy.body = self._with_counted_lists(copy)
        if self._follows("careful"):
            copy.body = [*_refusing_the_empty(copy.args.args), *copy.body]
        if self._has["hoist"]:
            copy.body = _with_simple_declarations_first(copy.body)
        return ast.fix_missing_locations(copy)

    def _follows(self, habit: str) -> bool:
        return self._has[habit] and self._chance.random() < 0.75

    def _body(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in statements:
            result = self.visit(statement)
            if isinstance(result, ast.If) and self._follows("held"):
                found += self._held(result)
            found += result if isinstance(result, list) else [result]
        return found

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        if not self._follows("plain"):
            return node
        read = deepcopy(node.target)
        read.ctx = ast.Load()
        return ast.Assign(targets=[node.target], value=ast.BinOp(left=read, op=node.op, right=node.value))

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        are_numbers = not isinstance(node.left, ast.List)
        if are_numbers and isinstance(node.op, ast.Add | ast.Mult) and self._follows("commute"):
            node.left, node.right = node.right, node.left
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        if not self._follows("flip"):
            return node
        return ast.Compare(
            left=node.comparators[0], ops=[_FLIPPED[type(node.ops[0])]()], comparators=[node.left]
        )

    def visit_If(self, node: ast.If) -> ast.stmt:
        node.test = self.visit(node.test)
        node.body, node.orelse = self._body(node.body), self._body(node.orelse)
        if node.orelse and isinstance(node.test, ast.Compare) and self._follows("swap"):
            node.test = _opposite(node.test)
            node.body, node.orelse = node.orelse, node.body
        elif (
            not node.orelse
            and isinstance(node.test, ast.BoolOp)
            and isinstance(node.test.op, ast.And)
            and self._follows("guard")
        ):
            first, *others = node.test.values
            rest = others[0] if len(others) == 1 else ast.BoolOp(op=ast.And(), values=others)
            return ast.If(test=first, body=[ast.If(test=rest, body=node.body, orelse=[])], orelse=[])
        return node

    def visit_While(self, node: ast.While) -> ast.stmt:
        node.test = self.visit(node.test)
        node.body = self._body(node.body)
        return node

    def visit_For(self, node: ast.For) -> ast.stmt | list[ast.stmt]:
        node.body = self._body(node.body)
        if not _is_range(node.iter):
            if not self._follows("indexed"):
                return node
            node = self._by_index(node)
        if not _has_continue(node.body) and self._follows("while"):
            return self._as_while(node)
        if len(node.body) == 1 and self._follows("negate"):
            match node.body[0]:
                case ast.If(test=ast.Compare() as test, body=body, orelse=[]):
                    skip = ast.If(test=_opposite(test), body=[ast.Continue()], orelse=[])
                    node.body = [skip, *body]
        return node

    def _by_index(self, loop: ast.For) -> ast.For:
        """`for value in values` → `for at in range(len(values)): value = values[at]`"""
        at, series = self._name("at"), loop.iter
        assert isinstance(loop.target, ast.Name) and isinstance(series, ast.Name)  # noqa: PT018
        value = ast.Subscript(value=series, slice=ast.Name(id=at, ctx=ast.Load()), ctx=ast.Load())
        return ast.For(
            target=ast.Name(id=at, ctx=ast.Store()),
            iter=_call("range", _call("len", ast.Name(id=series.id, ctx=ast.Load()))),
            body=[_declaration(loop.target.id, value), *loop.body],
            orelse=[],
        )

    def _as_while(self, loop: ast.For) -> list[ast.stmt]:
        """`for i in range(a, b)` → `i = a; while i < b: …; i += 1`, under a new name"""
        assert isinstance(loop.iter, ast.Call) and isinstance(loop.target, ast.Name)  # noqa: PT018
        *start, stop = loop.iter.args
        old, name = loop.target.id, self._name(loop.target.id)
        body = [_Renamed({old: name}).visit(statement) for statement in loop.body]
        return [
            _declaration(name, start[0] if start else ast.Constant(value=0)),
            ast.While(
                test=ast.Compare(left=ast.Name(id=name, ctx=ast.Load()), ops=[ast.Lt()], comparators=[stop]),
                body=[
                    *body,
                    ast.AugAssign(
                        target=ast.Name(id=name, ctx=ast.Store()), op=ast.Add(), value=ast.Constant(value=1)
                    ),
                ],
                orelse=[],
            ),
        ]

    def _held(self, statement: ast.If) -> list[ast.stmt]:
        """`if values[i] < x` → `held = values[i]`, then `if held < x`"""
        test = statement.test
        if not (isinstance(test, ast.Compare) and isinstance(test.left, ast.Subscript)):
            return []
        name, value = self._name("held"), test.left
        test.left = ast.Name(id=name, ctx=ast.Load())
        return [_declaration(name, value)]

    def _with_counted_lists(self, function: ast.FunctionDef) -> list[ast.stmt]:
        """`len(values)` in a variable, for parameters that do not grow here"""
        grown = {
            node.func.value.id
            for node in ast.walk(function)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        }
        counts: list[ast.stmt] = []
        body = function.body
        for argument in function.args.args:
            if _is_list(argument) and argument.arg not in grown:
                name = self._name("count")
                body = [_Counted(argument.arg, name).visit(each) for each in body]
                counts.append(_declaration(name, _call("len", ast.Name(id=argument.arg, ctx=ast.Load()))))
        return [*counts, *body]

    def _name(self, stem: str) -> str:
        self._fresh += 1
        return f"{stem}_{self._fresh}"


class _Counted(ast.NodeTransformer):
    """Puts a variable in the place of a list's length."""

    def __init__(self, series: str, count: str) -> None:
        self._series = series
        self._count = count

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]) if name == self._series:
                return ast.Name(id=self._count, ctx=ast.Load())
        return node


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self._names.get(node.arg, node.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name = self._names.get(node.name, node.name)
        self.generic_visit(node)
        return node


def renamed(node: ast.stmt, names: dict[str, str]) -> ast.stmt:
    """A copy with other names."""
    copy: ast.stmt = _Renamed(names).visit(deepcopy(node))
    return copy


def names_in(nodes: Sequence[ast.AST]) -> list[str]:
    """Every name that the nodes declare, in the order in which they do."""
    found: dict[str, None] = {}
    for top in nodes:
        for node in ast.walk(top):
            match node:
                case ast.AnnAssign(target=ast.Name(id=name)) | ast.arg(arg=name) | ast.FunctionDef(name=name):
                    found[name] = None
                case ast.For(target=ast.Name(id=name)):
                    found[name] = None
    return list(found)


def _with_simple_declarations_first(body: list[ast.stmt]) -> list[ast.stmt]:
    def is_simple(statement: ast.stmt) -> bool:
        return isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.Constant)

    return [each for each in body if is_simple(each)] + [each for each in body if not is_simple(each)]


def _with_else(body: list[ast.stmt]) -> list[ast.stmt]:
    """`if c: return a` and `return b` behind it → an else"""
    match body:
        case [*before, ast.If(body=[*_, ast.Return()], orelse=[]) as last, ast.Return() as end]:
            last.orelse = [end]
            return [*before, last]
    return body


def _refusing_the_empty(arguments: Sequence[ast.arg]) -> list[ast.stmt]:
    """`if len(values) == 0: return 0`, for a first parameter that is a list"""
    if not arguments or not _is_list(arguments[0]):
        return []
    empty = ast.Compare(
        left=_call("len", ast.Name(id=arguments[0].arg, ctx=ast.Load())),
        ops=[ast.Eq()],
        comparators=[ast.Constant(value=0)],
    )
    return [ast.If(test=empty, body=[ast.Return(value=ast.Constant(value=0))], orelse=[])]


def _is_list(argument: ast.arg) -> bool:
    return isinstance(argument.annotation, ast.Name) and argument.annotation.id == "list"


def _opposite(test: ast.Compare) -> ast.Compare:
    return ast.Compare(left=test.left, ops=[_OPPOSITE[type(test.ops[0])]()], comparators=test.comparators)


def _has_continue(body: Sequence[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Continue) for each in body for node in ast.walk(each))


def _is_range(node: ast.expr) -> bool:
    return isinstance(node, ast.Call)


def _call(name: str, argument: ast.expr) -> ast.Call:
    return ast.Call(func=ast.Name(id=name, ctx=ast.Load()), args=[argument], keywords=[])


def _declaration(name: str, value: ast.expr) -> ast.AnnAssign:
    return ast.AnnAssign(
        target=ast.Name(id=name, ctx=ast.Store()),
        annotation=ast.Name(id="int", ctx=ast.Load()),
        value=value,
        simple=1,
    )
