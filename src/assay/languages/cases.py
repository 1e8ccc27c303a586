"""What every language is tried with, from data/cases/<id>.toml: `assay languages test`, and our own tests.

| case           | the program                                            | expected           |
|----------------|--------------------------------------------------------|--------------------|
| hello          | the language's self-test                               | AC                 |
| sum            | prints the sum of two integers of one line             | AC                 |
| million        | reads n and n integers, a line each; prints their sum  | AC                 |
| compile_error  | has a mistake that the compile step must find          | CE                 |
| run_time_error | fails while it runs                                    | RTE                |
| deep_recursion | reads n, calls itself n deep (no tail call), prints n  | AC                 |
| cpu_time       | never ends                                             | TLE                |
| memory         | takes more and more                                    | MLE                |
| output         | prints more and more                                   | OLE                |
| processes      | tries to start another; prints "refused" if it may not | AC                 |

A file has a table for each case but the first, with `source` and, where the language needs another bound or
ends otherwise, `cpu_time_ms`, `memory_mib`, `depth` or `verdicts`, which a `reason` must explain. A case
without source cannot be written in the language: `reason` says why.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from assay.domain.language import Language
from assay.domain.verdict import Verdict
from assay.languages.tables import Table
from assay.languages.views import data_folders

CASES_FOLDER = "cases"
MILLION = 1_000_000
MILLION_MODULUS = 1000  # the integers are 0 … 999 over and over, so that their sum fits into 32 bits
DEPTH = 100_000  # calls; past what an 8 MiB stack holds in any language
CPU_TIME_MS = 10_000
MILLION_CPU_TIME_MS = 2000
ENDLESS_CPU_TIME_MS = 1000  # of the program that never ends
MEMORY_MIB = 512
HUNGRY_MEMORY_MIB = 256  # of the program that takes ever more
OUTPUT_MIB = 1


class Trial(StrEnum):
    """What is tried; the names of the cases."""

    HELLO = "hello"
    SUM = "sum"
    MILLION = "million"
    COMPILE_ERROR = "compile_error"
    RUN_TIME_ERROR = "run_time_error"
    DEEP_RECURSION = "deep_recursion"
    CPU_TIME = "cpu_time"
    MEMORY = "memory"
    OUTPUT = "output"
    PROCESSES = "processes"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A program, what it is given, and what must come of it. `source` None: the language cannot say it."""

    trial: Trial
    source: str | None
    stdin: str
    stdout: str  # but for white space, where AC is expected
    verdicts: frozenset[Verdict]
    cpu_time_ms: int
    memory_mib: int
    output_mib: int
    reason: str  # why it is not what it is in other languages, "" where it is


_VERDICTS = {
    Trial.COMPILE_ERROR: Verdict.CE,
    Trial.RUN_TIME_ERROR: Verdict.RTE,
    Trial.CPU_TIME: Verdict.TLE,
    Trial.MEMORY: Verdict.MLE,
    Trial.OUTPUT: Verdict.OLE,
}
_CPU_TIMES_MS = {Trial.MILLION: MILLION_CPU_TIME_MS, Trial.CPU_TIME: ENDLESS_CPU_TIME_MS}


def load_cases(language: Language, folder: Path | None = None) -> tuple[Case, ...]:
    """The language's cases in the order of `Trial`; those of its base where it has no file of its own; the
    hello world alone where there is none (an operator's own language). Raises DataFileError."""
    hello = _case(Trial.HELLO, language.self_test.source, language.self_test.stdin, language.self_test.stdout)
    path = _find_file(language, data_folders() if folder is None else (folder,))
    if path is None:
        return (hello,)
    root = Table.load(path)
    cases = tuple(_read_case(trial, root.table(trial.value)) for trial in Trial if trial is not Trial.HELLO)
    root.finish()
    return (hello, *cases)


def _find_file(language: Language, folders: tuple[Path, ...]) -> Path | None:
    for name in (language.id, language.base):
        for folder in reversed(folders):
            path = folder / CASES_FOLDER / f"{name}.toml"
            if path.exists():
                return path
    return None


def _read_case(trial: Trial, table: Table) -> Case:
    source, reason = table.optional_string("source"), table.optional_string("reason") or ""
    differences: dict[str, int] = {}
    for field in ("cpu_time_ms", "memory_mib", *(("depth",) if trial is Trial.DEEP_RECURSION else ())):
        value = table.optional_positive_integer(field)
        if value is not None:
            differences[field] = value
    named = table.optional_strings("verdicts") or ()
    table.finish()
    if not reason and (source is None or differences or named):
        raise table.error("reason", "must say why this case is not as in other languages")
    stdin, stdout = _streams(trial, differences.get("depth", DEPTH))
    try:
        verdicts = frozenset(map(Verdict, named))
    except ValueError as error:
        raise table.error("verdicts", str(error)) from error
    case = _case(trial, source, stdin, stdout)
    return replace(
        case,
        verdicts=verdicts or case.verdicts,
        cpu_time_ms=differences.get("cpu_time_ms", case.cpu_time_ms),
        memory_mib=differences.get("memory_mib", case.memory_mib),
        reason=reason,
    )


def _case(trial: Trial, source: str | None, stdin: str, stdout: str) -> Case:
    return Case(
        trial=trial,
        source=source,
        stdin=stdin,
        stdout=stdout,
        verdicts=frozenset({_VERDICTS.get(trial, Verdict.AC)}),
        cpu_time_ms=_CPU_TIMES_MS.get(trial, CPU_TIME_MS),
        memory_mib=HUNGRY_MEMORY_MIB if trial is Trial.MEMORY else MEMORY_MIB,
        output_mib=OUTPUT_MIB,
        reason="",
    )


def _streams(trial: Trial, depth: int) -> tuple[str, str]:
    """What a trial's program reads, and what it should print."""
    match trial:
        case Trial.SUM:
            return "-19 61\n", "42\n"
        case Trial.MILLION:
            return _million()
        case Trial.DEEP_RECURSION:
            return f"{depth}\n", f"{depth}\n"
        case Trial.PROCESSES:
            return "", "refused\n"
        case _:
            return "", ""


@cache
def _million() -> tuple[str, str]:
    """Four megabytes, the same for every language."""
    numbers = [n % MILLION_MODULUS for n in range(MILLION)]
    return "\n".join(map(str, [MILLION, *numbers])) + "\n", f"{sum(numbers)}\n"
