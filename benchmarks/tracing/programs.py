"""Real programs whose growth is known, traced in the cell: the class that is found, and what tracing costs.

judged   a judging on all tests, as everybody's submission is
timed    the same with short runs repeated
counted  timed, after a judging of its own in which the kernel counts
"""

import asyncio
from dataclasses import dataclass
from time import perf_counter

from assay.adapters.bpf import BpfCallCounter
from assay.assessments.tracing import NOT_ASKED_FOR, CallCounter, NotCounting, Place, Program, Traced, trace
from assay.domain.events import Progress
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.domain.trace import Aspect
from assay.judging.desk import SLOTS_MAX
from assay.judging.judge import judge
from assay.preparing import Workshop
from benchmarks.judging.place import CATALOGUE, Folder, folder_of_tests, workshop
from benchmarks.sandbox.cells import FIRST_SLOT_UID

_C = "#include <stdio.h>\n#include <stdlib.h>\nstatic volatile unsigned work;\n"
_MAIN = 'int main(void) { int n; if (scanf("%d", &n) != 1) return 1; go(n); puts("done"); }\n'
_PYTHON = "n = int(input())\nwork = 0\n{}\nprint('done')\n"


@dataclass(frozen=True, kw_only=True)
class Known:
    """A program whose growth is known; `sizes` are what it gets to read."""

    name: str
    truth: str
    language_id: str
    source: str
    sizes: tuple[int, ...]


def _sizes(lowest: int, highest: int, count: int = 12) -> tuple[int, ...]:
    return tuple(round(lowest * (highest / lowest) ** (step / (count - 1))) for step in range(count))


def _c(name: str, truth: str, body: str, sizes: tuple[int, ...]) -> Known:
    return Known(name=name, truth=truth, language_id="c", source=_C + body + _MAIN, sizes=sizes)


def _python(name: str, truth: str, body: str, sizes: tuple[int, ...]) -> Known:
    source = _PYTHON.format(body)
    return Known(name=f"{name} (Python)", truth=truth, language_id="python3", source=source, sizes=sizes)


KNOWN = (
    _c(
        "counting to a constant",
        "O(1)",
        "static void go(int n) { for (int i = 0; i < 30000000; i++) work += i ^ n; }",
        _sizes(1000, 100_000_000),
    ),
    _c(
        "a sum",
        "O(n)",
        "static void go(int n) { for (int i = 0; i < n; i++) work += i; }",
        _sizes(100_000, 80_000_000),
    ),
    _c(
        "sorting",
        "O(n log n)",
        "static int order(const void *a, const void *b) { return *(int *)a < *(int *)b ? -1 : 1; }\n"
        "static void go(int n) { int *a = malloc(4L * n); for (int i = 0; i < n; i++) a[i] = rand();"
        " qsort(a, n, 4, order); work = a[n / 2]; }",
        _sizes(1000, 1_500_000),
    ),
    _c(
        "all pairs",
        "O(n^2)",
        "static void go(int n) { for (int i = 0; i < n; i++) for (int j = 0; j < i; j++) work += j; }",
        _sizes(200, 16_000),
    ),
    _c(
        "all triples",
        "O(n^3)",
        "static void go(int n) { for (int i = 0; i < n; i++) for (int j = 0; j < n; j++)"
        " for (int k = 0; k < n; k++) work += k; }",
        _sizes(10, 500),
    ),
    _c(
        "all subsets of half",
        "O(2^n)",
        "static void go(int n) { if (n < 2) work++; else { go(n - 2); go(n - 2); } }",
        (1, 2, 4, 8, 16, 24, 32, 36, 40, 44, 48, 50, 52),
    ),
    _c(
        "naive Fibonacci",
        "O(2^n)",
        "static void go(int n) { if (n < 2) work++; else { go(n - 1); go(n - 2); } }",
        (1, 2, 4, 8, 16, 20, 24, 27, 29, 31, 33, 35, 36),
    ),
    _c(
        "searching by halves",
        "not assessed",
        "static void go(int n) { while (n) { work += n & 1; n /= 2; } }",
        _sizes(100, 1_000_000),
    ),
    _python("a sum", "O(n)", "for i in range(n): work += i", _sizes(1000, 6_000_000)),
    _python(
        "sorting",
        "O(n log n)",
        "import random\nsorted(random.random() for i in range(n))",
        _sizes(1000, 500_000),
    ),
    _python("all pairs", "O(n^2)", "for i in range(n):\n    for j in range(i): work += j", _sizes(60, 3000)),
)


def main() -> None:
    print(f"{'program':<24} {'truth':<12} {'found':<12} {'sure':>4}  judged  timed  counted (s)")
    right = sum(_row(known) for known in KNOWN)
    print(f"{right} of {len(KNOWN)} as expected")


def _row(known: Known) -> bool:
    tests = {f"{number:02}": (b"%d\n" % size, b"done\n") for number, size in enumerate(known.sizes)}
    with folder_of_tests(tests) as (folder, problem):
        judged_s, timed_s, counted_s, traced = asyncio.run(_measure(known, problem, folder))
    fit = traced.trace.growth.time
    found = "not assessed" if fit is None else fit.complexity_class.value
    sure = "" if fit is None else f"{fit.confidence:.2f}"
    print(
        f"{known.name:<24} {known.truth:<12} {found:<12} {sure:>4}  {judged_s:>6.2f} {timed_s:>6.2f}   "
        f"{counted_s:>6.2f}   {traced.trace.not_assessed.get(Aspect.COUNTS, '')}"
    )
    return found == known.truth


async def _measure(known: Known, problem: Problem, folder: Folder) -> tuple[float, float, float, Traced]:
    language = CATALOGUE.get(known.language_id)
    files = [SourceFile(name=language.source_name, content=known.source.encode())]
    program = Program(name=known.name, files=files, language=language)
    async with workshop(seats=1) as shop:
        place = _place(shop, folder)
        began = perf_counter()
        await judge(
            files,
            problem,
            language,
            sandbox=place.sandbox,
            data=place.data,
            toolchain=place.toolchain,
            host=place.host,
            tell=_tell_nobody,
            jury=place.jury,
            all_tests=True,
        )
        judged = perf_counter()
        await _trace(program, problem, place, NOT_ASKED_FOR)
        timed = perf_counter()
        counter = BpfCallCounter(first_uid=FIRST_SLOT_UID, count=SLOTS_MAX + 1)
        traced = await _trace(program, problem, _place(shop, folder), counter)
        counted = perf_counter()
    return judged - began, timed - judged, counted - timed, traced


async def _trace(
    program: Program, problem: Problem, place: Place, counter: CallCounter | NotCounting
) -> Traced:
    return await trace(program, problem=problem, place=place, counter=counter)


def _place(shop: Workshop, folder: Folder) -> Place:
    return Place(sandbox=shop.sandbox, data=folder, toolchain=shop.toolchain, host=shop.host, jury=shop.jury)


async def _tell_nobody(progress: Progress) -> None:
    """Nobody follows a benchmark."""
