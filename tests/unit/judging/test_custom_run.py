"""A custom run on a fake sandbox: one compilation, input after input, the model solution apart."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assay.adapters.memory.compilations import MemoryCompileCache
from assay.adapters.memory.sandbox import Ending as Ended
from assay.adapters.memory.sandbox import MemorySandbox, Program
from assay.domain.custom_run import CustomRun, CustomRunOutcome, Ending
from assay.domain.jury import JuryFile, JuryProgram
from assay.domain.problem import DataRef, Included, Problem
from assay.domain.submission import SourceFile
from assay.judging.compile_cache import Memory
from assay.judging.custom_run import OUTPUTS_BYTES_MAX, STDOUT_BYTES_MAX, RunTools, run_custom
from assay.judging.jury import JuryTools
from assay.sandbox import Command, SandboxError, Status
from tests.unit.judging.judging import LANGUAGE, LIMITS, Data, make_problem, nothing_left_open

MODEL = b"the model solution"


def custom(*inputs: bytes, with_model_answer: bool = False) -> CustomRun:
    return CustomRun(
        id="r1",
        visitor="v1",
        problem_id="p",
        problem_version="v1",
        language_id="toy",
        files=(SourceFile(name="main.toy", content=b"mine"),),
        inputs=inputs,
        with_model_answer=with_model_answer,
        limits=LIMITS,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def echo(command: Command, files: dict[str, bytes], stdin: bytes) -> Ended:
    """Prints its input, the model solution in capitals."""
    is_model = any(MODEL in content for content in files.values())
    return Ended(stdout=stdin.upper() if is_model else stdin, stderr=b"aside", cpu_time_us=1500)


class World:
    """One call of run_custom, and what could be seen of it."""

    def __init__(self, folder: Path, program: Program, *, compiler: Ended | None = None) -> None:
        self.compilations: list[dict[str, bytes]] = []
        self.runs: list[tuple[Command, dict[str, bytes], bytes]] = []

        def observed(command: Command, files: dict[str, bytes], stdin: bytes) -> Ended:
            if command.argv[0] == "/bin/toyc":
                self.compilations.append(files)
                return compiler or Ended()
            self.runs.append((command, files, stdin))
            return program(command, files, stdin)

        (folder / "model.toy").write_bytes(MODEL)
        self.data = Data(folder)
        self.sandbox = MemorySandbox(observed)
        self.problem = replace(
            make_problem(folder),
            model_solution=JuryProgram(
                name="submissions/accepted/model.toy",
                files=(JuryFile(name="model.toy", content=DataRef("model.toy")),),
                language_id="toy",
                main="model.toy",
            ),
        )
        self.tools = RunTools(
            sandbox=self.sandbox,
            language=lambda _: LANGUAGE,
            data=self.data,
            jury=JuryTools(language=lambda _: LANGUAGE),
        )

    async def outcome(self, run: CustomRun, problem: Problem | None = None) -> CustomRunOutcome:
        with nothing_left_open():
            outcome = await run_custom(run, problem or self.problem, self.tools)
        assert self.sandbox.open_slots == 0
        return outcome


async def test_several_inputs_take_one_compilation(tmp_path: Path) -> None:
    world = World(tmp_path, echo)
    outcome = await world.outcome(custom(b"one\n", b"", b"\xfftwo"))
    assert len(world.compilations) == 1
    assert [run.stdout for run in outcome.runs] == ["one\n", "", "\N{REPLACEMENT CHARACTER}two"]
    assert {(run.ending, run.exit_code, run.stderr, run.cpu_time_ms) for run in outcome.runs} == {
        (Ending.OK, 0, "aside", 2)
    }
    assert (outcome.compiled, outcome.message, outcome.model_runs) == (True, "", ())


async def test_a_program_without_a_problem(tmp_path: Path) -> None:
    world = World(tmp_path, echo)
    outcome = await run_custom(custom(b"x"), None, world.tools)
    assert [run.stdout for run in outcome.runs] == ["x"]
    assert world.data.opened == []


async def test_no_test_is_ever_opened(tmp_path: Path) -> None:
    world = World(tmp_path, echo)
    await world.outcome(custom(b"x", with_model_answer=True))
    assert world.data.opened == ["model.toy"]


async def test_the_model_answer_comes_from_a_slot_of_its_own(tmp_path: Path) -> None:
    world = World(tmp_path, echo)
    outcome = await world.outcome(custom(b"one\n", b"two\n", with_model_answer=True))
    assert [run.stdout for run in outcome.runs] == ["one\n", "two\n"]
    assert [run.stdout for run in outcome.model_runs] == ["ONE\n", "TWO\n"]
    assert [list(files) for files in world.compilations] == [["main.toy"], ["model.toy"]]
    assert [list(files) for _, files, _ in world.runs] == [["main.toy"]] * 2 + [["model.toy"]] * 2


async def test_the_model_solution_is_compiled_once_for_all(tmp_path: Path) -> None:
    world = World(tmp_path, echo)
    language = replace(LANGUAGE, compile=replace(LANGUAGE.compile, artefacts=()))  # type: ignore[type-var]
    memory = Memory(
        cache=MemoryCompileCache(bytes_max=1 << 20), scope="jury", toolchain=lambda _: "toy 1", sandbox="none"
    )
    world.tools = replace(
        world.tools, jury=JuryTools(language=lambda _: language, memory=memory), language=lambda _: language
    )
    for _ in range(3):
        await world.outcome(custom(b"one\n", with_model_answer=True))
    assert [list(files) for files in world.compilations].count(["model.toy"]) == 1
    assert [list(files) for files in world.compilations].count(["main.toy"]) == 3


async def test_what_the_visitor_wants_less_of_does_not_hold_for_the_model(tmp_path: Path) -> None:
    world = World(tmp_path, echo)
    run = replace(custom(b"x", with_model_answer=True), limits=replace(LIMITS, cpu_time_ms=7))
    await world.outcome(run)
    own, model = (command.limits.cpu_time_ms for command, _, _ in world.runs)
    assert (own, model) == (7 * 2, LIMITS.cpu_time_ms * 2)


@pytest.mark.parametrize(
    ("ended", "ending"),
    [
        (Ended(exit_code=3), Ending.RTE),
        (Ended(status=Status.SIGNALLED, exit_code=None, signal=11), Ending.RTE),
        (Ended(status=Status.CPU_TIME, exit_code=None), Ending.TLE),
        (Ended(status=Status.WALL_TIME, exit_code=None), Ending.TLE),
        (Ended(status=Status.MEMORY, exit_code=None), Ending.MLE),
        (Ended(stdout=b"x" * 2000), Ending.OLE),
        (Ended(status=Status.FORBIDDEN, exit_code=None, detail="ptrace"), Ending.SV),
    ],
)
async def test_each_way_to_end_has_its_word_and_the_next_input_its_turn(
    tmp_path: Path, ended: Ended, ending: Ending
) -> None:
    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ended:
        return ended if stdin == b"bad" else echo(command, files, stdin)

    first, second = (await World(tmp_path, program).outcome(custom(b"bad", b"good"))).runs
    assert first.ending is ending
    assert first.message
    assert (second.ending, second.stdout) == (Ending.OK, "good")


async def test_what_does_not_compile_is_not_run(tmp_path: Path) -> None:
    world = World(tmp_path, echo, compiler=Ended(exit_code=1, stderr=b"line 1: \x1b[31merror\x1b[0m\n"))
    outcome = await world.outcome(custom(b"x", with_model_answer=True))
    assert (outcome.compiled, outcome.runs, outcome.model_runs) == (False, (), ())
    assert outcome.compile_output == "line 1: error\n"
    assert "exit code 1" in outcome.message
    assert world.runs == []


async def test_a_model_solution_that_cannot_be_run_costs_the_visitor_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, echo)
    outcome = await world.outcome(
        custom(b"x", with_model_answer=True), replace(world.problem, model_solution=None)
    )
    assert [run.stdout for run in outcome.runs] == ["x"]
    assert outcome.model_runs == ()
    assert "no model answer" in outcome.message


@pytest.mark.parametrize("where", ["compilation", "run"])
async def test_a_sandbox_that_fails_is_no_outcome(tmp_path: Path, where: str) -> None:
    broken = Ended(status=Status.INTERNAL, exit_code=None, detail="no cgroup")
    world = (
        World(tmp_path, echo, compiler=broken)
        if where == "compilation"
        else World(tmp_path, lambda command, files, stdin: broken)
    )
    with pytest.raises(SandboxError, match="no cgroup"):
        await world.outcome(custom(b"x"))
    assert world.sandbox.open_slots == 0


async def test_long_outputs_are_cut_and_said_to_be(tmp_path: Path) -> None:
    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ended:
        return Ended(stdout=b"o" * int(stdin), stderr=b"e")

    world = World(tmp_path, program)
    limits = replace(LIMITS, output_bytes=1 << 20)
    fits, cut = (await world.outcome(replace(custom(b"65536", b"65537"), limits=limits))).runs
    assert (len(fits.stdout), fits.stdout_truncated, fits.ending) == (STDOUT_BYTES_MAX, False, Ending.OK)
    assert (len(cut.stdout), cut.stdout_truncated, cut.ending) == (STDOUT_BYTES_MAX, True, Ending.OK)
    assert not cut.stderr_truncated


async def test_all_outputs_together_have_a_bound(tmp_path: Path) -> None:
    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ended:
        return Ended(stdout=b"o" * 100_000, stderr=b"e" * 100_000)

    world = World(tmp_path, program)
    world.problem = replace(world.problem, limits=replace(LIMITS, output_bytes=1 << 20))
    run = replace(custom(*[b"x"] * 20, with_model_answer=True), limits=world.problem.limits)
    outcome = await world.outcome(run)
    every = [*outcome.runs, *outcome.model_runs]
    assert len(every) == 40
    assert sum(len(run.stdout) + len(run.stderr) for run in every) <= OUTPUTS_BYTES_MAX


async def test_when_time_is_up_the_rest_is_said_not_to_have_run(tmp_path: Path) -> None:
    world = World(tmp_path, echo)
    world.tools = replace(world.tools, seconds_max=0.0)
    outcome = await world.outcome(custom(b"x", b"y"))
    assert [run.ending for run in outcome.runs] == [Ending.NOT_RUN, Ending.NOT_RUN]
    assert world.runs == []


async def test_files_of_the_setter_are_added(tmp_path: Path) -> None:
    world = World(tmp_path, echo)
    (tmp_path / "grid.toy").write_bytes(b"the grid")
    included = Included(language_id=None, files=(JuryFile(name="grid.toy", content=DataRef("grid.toy")),))
    await world.outcome(custom(b"x"), replace(world.problem, included=(included,)))
    assert world.compilations == [{"main.toy": b"mine", "grid.toy": b"the grid"}]


async def test_an_output_file_is_read_in_the_place_of_standard_output(tmp_path: Path) -> None:
    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ended:
        assert "out.txt" not in files  # not even the one of the input before
        return Ended(stdout=b"chatter", leaves={"out.txt": stdin} if stdin else {})

    world = World(tmp_path, program)
    outcome = await world.outcome(custom(b"a", b"", b"b"), replace(world.problem, output_file="out.txt"))
    assert [run.stdout for run in outcome.runs] == ["a", "", "b"]


async def test_whoever_leaves_stops_the_run(tmp_path: Path) -> None:
    has_begun = asyncio.Event()

    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ended:
        has_begun.set()
        return Ended(never_ends=True)

    world = World(tmp_path, program)
    with nothing_left_open():
        running = asyncio.create_task(run_custom(custom(b"x"), world.problem, world.tools))
        await has_begun.wait()
        running.cancel()
        await asyncio.wait({running})
    assert running.cancelled()
    assert world.sandbox.open_slots == 0
