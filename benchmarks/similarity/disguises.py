"""Copies that are made to look different, by how much work it is.

comments      L1: comments and layout
names         L2: and all names
declarations  L3: and functions and declarations in another order, and other readers of the input
dead_code     L3 and as much again of functions that are never called, and of variables that nobody reads
rewritten     L4: L3 and loops, conditions and assignments written in other ways
half          half of the functions copied (L3), half written anew
"""

import ast
from collections.abc import Callable, Sequence
from random import Random

from benchmarks.similarity.authors import (
    READINGS,
    Program,
    honest,
    layout,
    parsed,
    with_other_names,
    written,
)
from benchmarks.similarity.habits import Habits
from benchmarks.similarity.recipes import TASKS

Disguise = Callable[[Program, Sequence[str], Random], Program]


def comments(program: Program, _: Sequence[str], __: Random) -> Program:
    return program


def names(program: Program, _: Sequence[str], chance: Random) -> Program:
    return with_other_names(program, chance)


def declarations(program: Program, _: Sequence[str], chance: Random) -> Program:
    functions = list(program.functions)
    chance.shuffle(functions)
    moved = [
        ast.FunctionDef(
            name=each.name,
            args=each.args,
            body=_with_declarations_moved(each.body, chance),
            decorator_list=[],
            returns=each.returns,
            lineno=1,
        )
        for each in functions
    ]
    main = tuple(_with_declarations_moved(program.main, chance))
    return with_other_names(
        Program(functions=tuple(moved), main=main, reading=chance.randrange(READINGS)), chance
    )


def dead_code(program: Program, tasks: Sequence[str], chance: Random) -> Program:
    copy = declarations(program, tasks, chance)
    others = [task for task in sorted(TASKS) if task not in tasks]
    size = sum(len(list(ast.walk(each))) for each in (*copy.functions, *copy.main))
    functions, main = list(copy.functions), list(copy.main)
    added = 0
    while added < size and others:
        way = parsed(chance.choice(TASKS[others.pop(chance.randrange(len(others)))]))
        added += sum(len(list(ast.walk(each))) for each in way)
        for function in way:
            functions.insert(chance.randrange(len(functions) + 1), function)
    for number in range(4):
        unused = ast.parse(f"unused{number}: int = {chance.randrange(100)} * {chance.randrange(100)}").body
        main[chance.randrange(len(main)) : 0] = unused
    return with_other_names(
        Program(functions=tuple(functions), main=tuple(main), reading=copy.reading), chance
    )


def rewritten(program: Program, tasks: Sequence[str], chance: Random) -> Program:
    habits = Habits(chance, strength=0.6)
    functions = tuple(habits.rewritten(each) for each in program.functions)
    return declarations(
        Program(functions=functions, main=program.main, reading=program.reading), tasks, chance
    )


def half(program: Program, tasks: Sequence[str], chance: Random) -> Program:
    copy = declarations(program, tasks, chance)
    own = honest(tasks, chance)
    functions = (*copy.functions[: len(copy.functions) // 2], *own.functions[len(own.functions) // 2 :])
    main = (*copy.main[: len(copy.main) // 2], *own.main[len(own.main) // 2 :])
    return with_other_names(Program(functions=functions, main=main, reading=own.reading), chance)


DISGUISES: dict[str, Disguise] = {
    "comments": comments,
    "names": names,
    "declarations": declarations,
    "dead_code": dead_code,
    "rewritten": rewritten,
    "half": half,
}


def disguised(program: Program, tasks: Sequence[str], language: str, how: str, chance: Random) -> bytes:
    """A copy's source text."""
    return written(DISGUISES[how](program, tasks, chance), language, layout(chance))


def _with_declarations_moved(body: Sequence[ast.stmt], chance: Random) -> list[ast.stmt]:
    """Neighbouring declarations in any order; one that is given a constant may go up to the beginning."""
    result: list[ast.stmt] = []
    for statement in body:
        is_simple = isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.Constant)
        if not is_simple:
            result.append(statement)
        elif chance.random() < 0.5:
            result.insert(0, statement)
        else:
            end = len(result)
            while end > 0 and isinstance(result[end - 1], ast.AnnAssign) and _is_constant(result[end - 1]):
                end -= 1
            result.insert(chance.randint(end, len(result)), statement)
    return result


def _is_constant(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.Constant)
