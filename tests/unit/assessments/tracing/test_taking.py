"""Counted, then timed, then references: on a fake sandbox, whose "programs" say what they cost."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assay.adapters.memory.call_counter import MemoryCallCounter
from assay.adapters.memory.sandbox import Ending, MemorySandbox
from assay.assessments.tracing import (
    CallCounter,
    NotCounting,
    Place,
    Program,
    Traced,
    as_json,
    from_json,
    look_at_inputs,
    trace,
    trace_of_runs,
)
from assay.domain.events import Progress
from assay.domain.jury import DataRef, JuryFile, JuryProgram, Validation
from assay.domain.submission import SourceFile, SubmissionStatus
from assay.domain.trace import Aspect, CallClass, ComplexityClass, SizeMeasure
from assay.domain.verdict import Verdict
from assay.judging.desk import DEFAULT_VALIDATION_LIMITS
from assay.judging.jury import JuryTools
from assay.languages import load_catalogue
from assay.sandbox import Command, Status
from tests.unit.judging.judging import HOST, LANGUAGE, Data, make_problem, nothing_left_open

SIZES = (1, 4, 16, 64, 256, 1024)


def toy(source: bytes, name: str = "own.toy") -> Program:
    return Program(name=name, files=[SourceFile(name=name, content=source)], language=LANGUAGE)


class Tracing:
    """One call of trace() and all that can be seen from outside.

    A program's source says how it does: `us` of CPU time by the size of its input, and how it ends otherwise.
    """

    def __init__(self, folder: Path, **programs: Callable[[int], Ending]) -> None:
        self.problem = make_problem(folder, len(SIZES))
        for number, size in enumerate(SIZES, 1):
            (folder / f"{number}.in").write_text(f"{size}\n")
            (folder / f"{number}.ans").write_text(f"{2 * size}\n")
        self.data = Data(folder)
        self.commands: list[Command] = []
        self.told: list[Progress] = []
        self.counter = MemoryCallCounter()
        self.counting: list[bool] = []
        self.jury = JuryTools(language=lambda _: LANGUAGE)
        self._programs = programs
        self.sandbox = MemorySandbox(self._run)

    def _run(self, command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if command.env.get("STEP") == "compile":
            return Ending()
        self.commands.append(command)
        self.counting.append(self.counter.is_open)
        size = int(stdin)
        self.counter.began(reads=size)
        ending = self._programs[next(iter(files.values())).decode()](size)
        return replace(ending, stdout=ending.stdout or b"%d\n" % (2 * size))

    async def tell(self, progress: Progress) -> None:
        self.told.append(progress)

    async def trace(
        self,
        program: Program,
        *,
        references: tuple[Program, ...] = (),
        counter: CallCounter | NotCounting | None = None,
    ) -> Traced:
        place = Place(
            sandbox=self.sandbox,
            data=self.data,
            toolchain=lambda language: f"{language.name} 1.0",
            host=HOST,
            jury=self.jury,
        )
        return await trace(
            program,
            problem=self.problem,
            place=place,
            references=references,
            counter=counter or self.counter,
            tell=self.tell,
        )


def linear(size: int) -> Ending:
    return Ending(cpu_time_us=2_000 + 300 * size, wall_time_us=3_000 + 300 * size, memory_bytes=1_000_000)


def quadratic(size: int) -> Ending:
    return Ending(cpu_time_us=2_000 + size * size // 2, memory_bytes=2_000_000)


async def test_each_test_has_its_costs_and_counts(tmp_path: Path) -> None:
    tracing = Tracing(tmp_path, linear=linear)
    with nothing_left_open():
        traced = await tracing.trace(toy(b"linear"))
    assert traced.decision.verdict is Verdict.AC
    assert [test.test for test in traced.trace.tests] == [test.name for test in tracing.problem.tests]
    last = traced.trace.tests[-1]
    assert (last.input_bytes, last.first_integer, last.verdict) == (5, 1024, Verdict.AC)
    assert (last.cpu_time_ns, last.wall_time_ns, last.memory_bytes) == (309_200_000, 310_200_000, 1_000_000)
    assert last.counts is not None
    assert last.counts.system_calls[CallClass.FILE] == 1024
    assert traced.trace.growth.measure is SizeMeasure.FIRST_INTEGER
    assert traced.trace.growth.time_class is ComplexityClass.LINEAR
    assert traced.trace.peak_memory_bytes == 1_000_000
    assert traced.trace.average_wall_time_ms == pytest.approx(3 + 0.3 * sum(SIZES) / len(SIZES))
    assert tracing.sandbox.open_slots == 0


async def test_nothing_is_timed_while_the_kernel_counts(tmp_path: Path) -> None:
    tracing = Tracing(tmp_path, linear=linear)
    traced = await tracing.trace(toy(b"linear"))
    counted = tracing.counting.index(False)
    assert counted == len(SIZES), "each test once"
    assert not any(tracing.counting[counted:])
    assert not any(command.repeat or command.warm for command in tracing.commands[:counted])
    assert tracing.commands[counted].warm
    assert [test.runs for test in traced.trace.tests] == [5, 5, 5, 5, 3, 1], "short runs are repeated"
    assert len(tracing.commands) == counted + 5 * 4 + 3 + 1


async def test_the_median_of_repetitions_counts_and_the_first_run_decides(tmp_path: Path) -> None:
    times = iter([9_000, 1_000, 3_000, 2_000, 5_000] * len(SIZES))
    tracing = Tracing(tmp_path, wavering=lambda _: Ending(cpu_time_us=next(times)))
    traced = await tracing.trace(toy(b"wavering"), counter=NotCounting(reason="not here"))
    assert {test.cpu_time_ns for test in traced.trace.tests} == {3_000_000}
    assert {run.cpu_time_ms for run in traced.decision.runs} == {9}
    assert traced.trace.not_assessed[Aspect.COUNTS] == "not here"


async def test_what_a_limit_ends_is_not_repeated_and_not_whole(tmp_path: Path) -> None:
    def killed(size: int) -> Ending:
        is_last = size == SIZES[-1]
        return replace(linear(size), status=Status.MEMORY, exit_code=None) if is_last else linear(size)

    tracing = Tracing(tmp_path, killed=killed)
    traced = await tracing.trace(toy(b"killed"))
    last = traced.trace.tests[-1]
    assert (last.verdict, last.runs, last.is_whole, last.counts) == (Verdict.MLE, 1, False, None)
    assert len(traced.trace.growth.points) == len(SIZES) - 1


async def test_a_program_that_is_too_slow_is_waited_for_once(tmp_path: Path) -> None:
    def slow(size: int) -> Ending:
        if size < SIZES[2]:
            return linear(size)
        return Ending(status=Status.CPU_TIME, exit_code=None, cpu_time_us=5_000_000)

    tracing = Tracing(tmp_path, slow=slow)
    with nothing_left_open():
        traced = await tracing.trace(toy(b"slow"))
    assert tracing.counting.count(True) == 3, "up to the first run that took all of its time"
    assert [test.counts is not None for test in traced.trace.tests] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert traced.decision.verdict is Verdict.TLE
    assert tracing.sandbox.open_slots == 0


async def test_all_tests_are_run_even_after_one_that_decides(tmp_path: Path) -> None:
    tracing = Tracing(tmp_path, wrong=lambda size: replace(linear(size), stdout=b"0"))
    traced = await tracing.trace(toy(b"wrong"))
    assert traced.decision.verdict is Verdict.WA
    assert traced.trace.growth.time_class is ComplexityClass.LINEAR


async def test_a_reference_is_run_in_the_same_way_and_gives_ratios(tmp_path: Path) -> None:
    tracing = Tracing(tmp_path, linear=linear, quadratic=quadratic)
    traced = await tracing.trace(toy(b"quadratic"), references=(toy(b"linear", "submissions/one.toy"),))
    (comparison,) = traced.trace.references
    assert (comparison.reference, comparison.language_id) == ("submissions/one.toy", "toy")
    assert comparison.same_language
    assert comparison.time_class is ComplexityClass.LINEAR
    assert comparison.memory_ratio == 2.0
    expected = ((2_000 + 256**2 / 2) / 78_800 * (2_000 + 1024**2 / 2) / 309_200) ** 0.5  # the telling tests
    assert comparison.time_ratio == pytest.approx(expected, rel=0.01)
    assert Aspect.REFERENCES not in traced.trace.not_assessed
    assert traced.trace.growth.time_class is ComplexityClass.QUADRATIC


async def test_a_reference_that_is_not_accepted_is_none(tmp_path: Path) -> None:
    tracing = Tracing(tmp_path, linear=linear, wrong=lambda size: replace(linear(size), stdout=b"0"))
    traced = await tracing.trace(toy(b"linear"), references=(toy(b"wrong"),))
    assert traced.trace.references == ()
    assert traced.trace.not_assessed[Aspect.REFERENCES] == "none of the references was accepted"


async def test_a_program_that_does_not_compile_has_no_trace_and_the_counter_is_closed(tmp_path: Path) -> None:
    tracing = Tracing(tmp_path)
    tracing.sandbox = MemorySandbox(lambda *_: Ending(exit_code=1, stderr=b"no"))
    traced = await tracing.trace(toy(b""))
    assert traced.decision.verdict is Verdict.CE
    assert traced.trace.tests == ()
    assert set(traced.trace.not_assessed) == set(Aspect)
    assert "compile error" in traced.trace.not_assessed[Aspect.TIME_GROWTH].lower()
    assert not tracing.counter.is_open


async def test_with_an_interactor_nothing_is_counted(tmp_path: Path) -> None:
    tracing = Tracing(tmp_path, linear=linear)
    (tmp_path / "interactor").write_text("")
    program = JuryFile(name="interactor", content=DataRef("interactor"))
    interactor = JuryProgram(name="interactor", language_id="gone", files=(program,))
    validation = Validation(checkers=(), interactor=interactor, limits=DEFAULT_VALIDATION_LIMITS)
    tracing.problem = replace(tracing.problem, validation=validation)
    tracing.jury = JuryTools(language=load_catalogue().get)  # which has no such language: nothing is run
    await tracing.trace(toy(b"linear"))
    assert [step.status for step in tracing.told].count(SubmissionStatus.COMPILING) == 1, "judged but once"
    assert not any(tracing.counting)
    assert not tracing.counter.is_open


async def test_a_judgements_own_runs_make_a_trace(tmp_path: Path) -> None:
    tracing = Tracing(tmp_path, linear=linear)
    traced = await tracing.trace(toy(b"linear"))
    inputs = look_at_inputs(tracing.problem, tracing.data)
    recorded = trace_of_runs(traced.decision.runs, inputs)
    assert recorded.growth.time_class is ComplexityClass.LINEAR
    assert [test.cpu_time_ns for test in recorded.tests] == [
        run.cpu_time_ms * 1_000_000 for run in traced.decision.runs
    ]
    assert set(recorded.not_assessed) == {Aspect.MEMORY_GROWTH, Aspect.COUNTS, Aspect.REFERENCES}
    assert trace_of_runs(traced.decision.runs, inputs) == recorded


async def test_a_trace_as_json_comes_back_as_it_was(tmp_path: Path) -> None:
    tracing = Tracing(tmp_path, linear=linear, quadratic=quadratic)
    traced = await tracing.trace(toy(b"quadratic"), references=(toy(b"linear"),))
    described = as_json(traced.trace)
    assert from_json(described) == traced.trace
    assert as_json(from_json(described)) == described
    assert described["growth"]["time"]["complexity_class"] == "O(n^2)"
