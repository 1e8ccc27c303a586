"""Honest programs: for one problem each author chooses ways, helpers, order, names and layout independently.

problem    some tasks, the same for all
author     for each task one way to do it, written by habit; a function of its own, or in the main program
"""

import ast
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from random import Random

from benchmarks.similarity.habits import Habits, names_in, renamed
from benchmarks.similarity.recipes import TASKS
from benchmarks.similarity.words import CPP, JAVA, JAVASCRIPT, Words
from benchmarks.similarity.writing import Layout, Writer, written_in_python

WORDS: dict[str, Words | None] = {"python3": None, "java": JAVA, "cpp": CPP, "javascript": JAVASCRIPT}
ENDINGS = {"python3": "py", "java": "java", "cpp": "cpp", "javascript": "js"}
READINGS = 3
_WANTED = 12  # the second argument of tasks that take one
_STEMS = (
    "a", "b", "c", "d", "n", "m", "k", "p", "q", "s", "t", "u", "x", "y", "z", "tmp", "res", "ans", "cur",
    "acc", "idx", "pos", "cnt", "tot", "lim", "mid", "item", "elem", "num", "val", "arr", "data", "buf",
    "out", "state", "lo", "hi",
)  # fmt: skip
_REMARKS = (
    "read everything first", "check the border", "this is the main part",
    "works for all samples", "simple enough",
    "keep the best so far", "see the statement", "as in the lecture", "one more", "done here",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program, not yet written: its functions, what the main program does, how it reads the values."""

    functions: tuple[ast.FunctionDef, ...]
    main: tuple[ast.stmt, ...]
    reading: int


def problem(chance: Random, *, tasks: int) -> tuple[str, ...]:
    """What a problem asks for."""
    return tuple(chance.sample(sorted(TASKS), tasks))


def honest(tasks: Sequence[str], chance: Random) -> Program:
    """One author's own program."""
    habits = Habits(chance)
    inlines, tells_at_end = chance.random() * 0.6, chance.random() < 0.5
    functions: list[ast.FunctionDef] = []
    main: list[ast.stmt] = []
    told: list[ast.stmt] = []
    for number, task in enumerate(tasks):
        way = [habits.rewritten(each) for each in parsed(chance.choice(TASKS[task]))]
        arguments = next(len(each.args.args) for each in way if each.name == task)
        if len(way) == 1 and arguments == 1 and _ends_once(way[0]) and chance.random() < inlines:
            statements, result = _inlined(way[0], number)
            main += statements
        else:
            functions += way if chance.random() < 0.6 else way[::-1]
            values: list[ast.expr] = [ast.Name(id="values", ctx=ast.Load())]
            values += [ast.Constant(value=_WANTED)] * (arguments - 1)
            result = ast.Call(func=ast.Name(id=task, ctx=ast.Load()), args=values, keywords=[])
        if tells_at_end or chance.random() < 0.3:
            name = f"answer{number}"
            main.append(_declared(name, result))
            result = ast.Name(id=name, ctx=ast.Load())
        (told if tells_at_end else main).append(_printed(result))
    if chance.random() < 0.4:
        chance.shuffle(functions)
    program = Program(functions=tuple(functions), main=(*main, *told), reading=chance.randrange(READINGS))
    return with_other_names(program, chance)


def parsed(text: str) -> list[ast.FunctionDef]:
    """The functions of a recipe."""
    return [each for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)]


def with_other_names(program: Program, chance: Random) -> Program:
    """The same with names of somebody else's choice; `values` stays, which the reading fills."""
    known = names_in([*program.functions, *program.main])
    numbers = chance.sample(range(10, 99), len(known)) if len(known) < 80 else list(range(len(known)))
    names = {
        name: f"{chance.choice(_STEMS)}{number}"
        for name, number in zip(known, numbers, strict=True)
        if name != "values"
    }
    functions = [renamed(each, names) for each in program.functions]
    return Program(
        functions=tuple(each for each in functions if isinstance(each, ast.FunctionDef)),
        main=tuple(renamed(each, names) for each in program.main),
        reading=program.reading,
    )


def layout(chance: Random) -> Layout:
    """Somebody's way to set a program, with remarks here and there."""
    rate = chance.choice((0.0, 0.05, 0.2))
    return Layout(
        indent=chance.choice((2, 4, 8)),
        brace_below=chance.random() < 0.4,
        blank_every=chance.choice((0, 3, 7)),
        comment=lambda: chance.choice(_REMARKS) if chance.random() < rate else None,
    )


def written(program: Program, language: str, layout: Layout) -> bytes:
    """The source text."""
    words = WORDS[language]
    functions, main = list(program.functions), list(program.main)
    if words is None:
        return written_in_python(functions, main, program.reading, layout).encode()
    return Writer(words, layout).program(functions, main, program.reading).encode()


def _ends_once(function: ast.FunctionDef) -> bool:
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    is_recursive = any(isinstance(call.func, ast.Name) and call.func.id == function.name for call in calls)
    return len(returns) == 1 and returns[0] is function.body[-1] and not is_recursive


def _inlined(function: ast.FunctionDef, number: int) -> tuple[list[ast.stmt], ast.expr]:
    """Its statements with names of their own, and what it returns."""
    names = {name: f"{name}_{number}" for name in names_in([function]) if name != "values"}
    *body, last = (renamed(each, names) for each in function.body)
    assert isinstance(last, ast.Return) and last.value is not None  # noqa: PT018
    return list(body), last.value


def _declared(name: str, value: ast.expr) -> ast.stmt:
    return ast.AnnAssign(
        target=ast.Name(id=name, ctx=ast.Store()),
        annotation=ast.Name(id="int", ctx=ast.Load()),
        value=deepcopy(value),
        simple=1,
    )


def _printed(value: ast.expr) -> ast.stmt:
    call = ast.Call(func=ast.Name(id="print", ctx=ast.Load()), args=[value], keywords=[])
    return ast.Expr(value=call)
