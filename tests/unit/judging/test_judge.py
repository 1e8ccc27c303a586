"""The order of judging, on a fake sandbox: what runs when, what stops it, and that nothing is left open."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import dataclasses
import os
from pathlib import Path
import threading

import pytest

from assay.adapters.memory.sandbox import Ending, MemorySandbox, Program
from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.language import CompileStep, Language, RunStep, SelfTest
from assay.domain.limits import Limits
from assay.domain.problem import DataRef, OutputComparison, Problem, TestCase
from assay.domain.submission import SourceFile, SubmissionStatus, source_digest
from assay.domain.verdict import Verdict
from assay.judging import judge as judge_module
from assay.judging.host import HostFacts, cpu_model, read_host_facts
from assay.judging.judge import judge
from assay.sandbox import CellInfo, Command, SandboxError, Status

LANGUAGE = Language(
    id="toy",
    name="Toy",
    extensions=("toy",),
    source_name="main.toy",
    version_argv=("/bin/toy", "--version"),
    apt_packages=(),
    required_paths=(),
    compile=CompileStep(argv=("/bin/toyc", "{sources}"), env={"STEP": "compile"}, view="tools"),
    run=RunStep(
        argv=("/bin/toy", "{main}", "{memory_mib}"),
        env={"STEP": "run"},
        view="native",
        policy="native",
        start_ahead=True,
        processes=3,
    ),
    cpu_time_multiplier=2.0,
    self_test=SelfTest(source="", stdin="", stdout=""),
)
INTERPRETED = dataclasses.replace(LANGUAGE, compile=None)
LIMITS = Limits(
    cpu_time_ms=500,
    memory_bytes=64 << 20,
    output_bytes=1000,
    source_bytes=1 << 16,
    compile_time_ms=10_000,
    compile_memory_bytes=512 << 20,
)
FILES = (SourceFile(name="my main.toy", content=b"double it"),)
HOST = HostFacts(machine="x86_64", cpu_model="Test CPU", cores=2, sandbox="none")


class Data:
    """Test files in a folder; remembers what was opened, in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.opened: list[str] = []

    def open(self, ref: DataRef) -> int:
        self.opened.append(ref)
        return os.open(self._folder / ref, os.O_RDONLY | os.O_CLOEXEC)


def make_problem(folder: Path, count: int = 3) -> Problem:
    """Test n: the input is n, the answer 2n; the first is a sample."""
    tests = []
    for number in range(1, count + 1):
        (folder / f"{number}.in").write_text(f"{number}\n")
        (folder / f"{number}.ans").write_text(f"{2 * number}\n")
        tests.append(
            TestCase(
                name=f"{'sample' if number == 1 else 'secret'}/{number}",
                input=DataRef(f"{number}.in"),
                answer=DataRef(f"{number}.ans"),
                is_sample=number == 1,
                comparison=OutputComparison(),
            )
        )
    return Problem(id="p", version="v1", name="P", limits=LIMITS, tests=tuple(tests), statements=())


def ends(compilation: Ending | None = None, **by_input: Ending) -> Program:
    """A program that doubles its input, except for the inputs `t1`, `t2`, … that end otherwise."""

    def program(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if command.box_writable:
            return compilation or Ending()
        number = int(stdin)
        return by_input.get(f"t{number}") or Ending(stdout=b"%d\n" % (2 * number))

    return program


class Judging:
    """One call of judge() and all that can be seen from outside."""

    def __init__(self, folder: Path, program: Program, *, language: Language = LANGUAGE) -> None:
        self.commands: list[Command] = []
        self.boxes: list[dict[str, bytes]] = []
        self.told: list[Progress] = []
        self.data = Data(folder)
        self.problem = make_problem(folder)
        self.language = language
        self._has_run = asyncio.Semaphore(0)

        def observed(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
            self.commands.append(command)
            self.boxes.append(files)
            self._has_run.release()
            return program(command, files, stdin)

        self.sandbox = MemorySandbox(observed)

    async def tell(self, progress: Progress) -> None:
        self.told.append(progress)

    async def has_run(self, count: int) -> None:
        """Wait until that many commands have begun."""
        for _ in range(count):
            await self._has_run.acquire()

    async def decide(self) -> Decision:
        return await judge(
            FILES,
            self.problem,
            self.language,
            sandbox=self.sandbox,
            data=self.data,
            toolchain=lambda language: f"{language.name} 1.0",
            host=HOST,
            tell=self.tell,
        )


def open_descriptors() -> set[str]:
    return {f"{fd.name} {fd.readlink()}" for fd in Path("/proc/self/fd").iterdir() if fd.is_symlink()}


@contextmanager
def nothing_left_open() -> Iterator[None]:
    before = open_descriptors()
    yield
    assert {each for each in open_descriptors() - before if not each.endswith("/fd")} == set()


async def test_all_accepted(tmp_path: Path) -> None:
    judging = Judging(tmp_path, ends(t2=Ending(stdout=b" 4", cpu_time_us=7_001, memory_bytes=9 << 20)))
    with nothing_left_open():
        decision = await judging.decide()
    assert decision.verdict is Verdict.AC
    assert [(run.ordinal, run.test_name, run.verdict, run.message) for run in decision.runs] == [
        (1, "sample/1", Verdict.AC, ""),
        (2, "secret/2", Verdict.AC, ""),
        (3, "secret/3", Verdict.AC, ""),
    ]
    assert (decision.test_count, decision.cpu_time_ms, decision.memory_bytes) == (3, 8, 9 << 20)
    assert decision.message == ""
    assert judging.sandbox.open_slots == 0


async def test_the_steps_are_told_before_they_begin(tmp_path: Path) -> None:
    judging = Judging(tmp_path, ends())
    await judging.decide()
    assert judging.told == [
        Progress(status=SubmissionStatus.COMPILING),
        *(Progress(status=SubmissionStatus.RUNNING, test_case=number, total=3) for number in (1, 2, 3)),
    ]


async def test_an_answer_is_opened_only_after_its_run_and_stays_out_of_the_box(tmp_path: Path) -> None:
    judging = Judging(tmp_path, ends())
    opened_before_runs: list[list[str]] = []
    original = judging.sandbox._program

    def look(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        opened_before_runs.append(list(judging.data.opened))
        return original(command, files, stdin)

    judging.sandbox._program = look
    await judging.decide()
    assert opened_before_runs == [
        [],
        ["1.in"],
        ["1.in", "1.ans", "2.in"],
        ["1.in", "1.ans", "2.in", "2.ans", "3.in"],
    ]
    assert all(box == {"my main.toy": b"double it"} for box in judging.boxes)


async def test_all_runs_but_the_last_announce_the_next_and_an_interpreter_is_started_once(
    tmp_path: Path,
) -> None:
    judging = Judging(tmp_path, ends())
    await judging.decide()
    compiling, *running = judging.commands
    assert [command.repeat for command in running] == [True, True, False]
    assert all(command.warm for command in running)
    assert not compiling.repeat
    assert not compiling.warm
    judging = Judging(tmp_path, ends())
    judging.problem = dataclasses.replace(judging.problem, tests=judging.problem.tests[:1])
    await judging.decide()
    assert not judging.commands[-1].warm, "one run alone pays for no start ahead"


async def test_commands_carry_limits_environment_and_view(tmp_path: Path) -> None:
    judging = Judging(tmp_path, ends())
    decision = await judging.decide()
    compiling, running = judging.commands[:2]
    assert (compiling.argv, compiling.view, compiling.box_writable) == (
        ("/bin/toyc", "/box/my main.toy"),
        "tools",
        True,
    )
    assert (running.argv, running.view, running.box_writable) == (
        ("/bin/toy", "/box/my main.toy", "64"),
        "native",
        False,
    )
    assert compiling.env == {"STEP": "compile"}  # nothing but the language's own
    assert running.env == {"STEP": "run"}
    assert (compiling.limits.cpu_time_ms, compiling.limits.memory_bytes) == (10_000, 512 << 20)
    assert (running.limits.cpu_time_ms, running.limits.wall_time_ms) == (1000, 3000)  # multiplier 2
    assert (running.limits.memory_bytes, running.limits.stdout_bytes, running.limits.processes) == (
        64 << 20,
        1000,
        3,
    )
    assert decision.evidence.limits["cpu_time_ms"] == 1000
    assert decision.evidence.limits["compile_cpu_time_ms"] == 10_000


async def test_the_evidence_names_all_that_the_verdict_rests_on(tmp_path: Path) -> None:
    judging = Judging(tmp_path, ends())
    evidence = (await judging.decide()).evidence
    assert evidence.source_sha256 == source_digest(FILES)
    assert evidence.problem_version == "v1"
    assert evidence.language_version == "Toy 1.0"
    assert evidence.sandbox == "none"
    assert evidence.host_class == "x86_64; Test CPU; 2 cores"


@pytest.mark.parametrize(
    ("ending", "verdict", "message"),
    [
        (Ending(stdout=b"5"), Verdict.WA, "line 1: not the expected output"),
        (Ending(stdout=b"4", exit_code=1), Verdict.RTE, "exit code 1"),
        (
            Ending(status=Status.SIGNALLED, exit_code=None, signal=11),
            Verdict.RTE,
            "killed by signal 11 (SIGSEGV)",
        ),
        (Ending(stdout=b"4", cpu_time_us=1_000_001), Verdict.TLE, "more than 1000 ms of CPU time"),
        (Ending(status=Status.MEMORY, exit_code=None), Verdict.MLE, "more than 64 MiB of memory"),
        (Ending(stdout=b"4" * 1001), Verdict.OLE, "more than 1000 bytes of output"),
        (
            Ending(status=Status.FORBIDDEN, exit_code=None, detail="socket"),
            Verdict.SV,
            "forbidden system call: socket",
        ),
        (
            Ending(status=Status.INTERNAL, exit_code=None, detail="oops"),
            Verdict.JE,
            "the sandbox failed: oops",
        ),
    ],
)
async def test_the_first_failure_ends_it(
    tmp_path: Path, ending: Ending, verdict: Verdict, message: str
) -> None:
    judging = Judging(tmp_path, ends(t2=ending))
    with nothing_left_open():
        decision = await judging.decide()
    assert decision.verdict is verdict
    assert decision.message == message
    assert [run.verdict for run in decision.runs] == [Verdict.AC, verdict]
    assert decision.test_count == 3
    assert len(judging.told) == 3  # compiling, test 1, test 2


async def test_a_sample_says_what_was_expected(tmp_path: Path) -> None:
    decision = await Judging(tmp_path, ends(t1=Ending(stdout=b"3\n"))).decide()
    assert decision.message == "line 1: expected 2, got 3"


async def test_a_wrong_secret_test_says_nothing_of_its_answer(tmp_path: Path) -> None:
    decision = await Judging(tmp_path, ends(t3=Ending(stdout=b"7\n"))).decide()
    assert decision.verdict is Verdict.WA
    assert "6" not in decision.message


async def test_much_on_standard_error_is_no_fault(tmp_path: Path) -> None:
    noisy = Ending(stdout=b"4", stderr=b"x" * (2 << 20))
    assert (await Judging(tmp_path, ends(t2=noisy)).decide()).verdict is Verdict.AC


async def test_flooding_standard_error_is_one(tmp_path: Path) -> None:
    flood = Ending(stdout=b"4", stderr=b"x" * (65 << 20))
    decision = await Judging(tmp_path, ends(t2=flood)).decide()
    assert (decision.verdict, decision.message) == (
        Verdict.OLE,
        "more than 64 MiB written to standard error",
    )


async def test_compile_error(tmp_path: Path) -> None:
    broken = Ending(exit_code=1, stdout=b"one \x1b[31mred\x1b[0m\n", stderr=b"two\n")
    judging = Judging(tmp_path, ends(broken))
    with nothing_left_open():
        decision = await judging.decide()
    assert decision.verdict is Verdict.CE
    assert decision.compile_output == "one red\ntwo\n"
    assert decision.message == "compilation: exit code 1"
    assert decision.runs == ()
    assert (decision.cpu_time_ms, decision.memory_bytes) == (0, 0)
    assert judging.told == [Progress(status=SubmissionStatus.COMPILING)]
    assert judging.data.opened == []


async def test_warnings_are_kept_when_compilation_succeeds(tmp_path: Path) -> None:
    decision = await Judging(tmp_path, ends(Ending(stderr=b"warning"))).decide()
    assert (decision.verdict, decision.compile_output) == (Verdict.AC, "warning")


async def test_a_compiler_s_long_output_is_bounded(tmp_path: Path) -> None:
    decision = await Judging(tmp_path, ends(Ending(exit_code=1, stderr=b"e" * (3 << 20)))).decide()
    assert decision.verdict is Verdict.CE
    assert len(decision.compile_output) < 66_000
    assert decision.compile_output.endswith("(cut)\n")


async def test_our_failure_while_compiling_is_not_the_candidate_s(tmp_path: Path) -> None:
    failing = Ending(status=Status.INTERNAL, exit_code=None, detail="no cgroup")
    decision = await Judging(tmp_path, ends(failing)).decide()
    assert (decision.verdict, decision.message) == (
        Verdict.JE,
        "compilation: the sandbox failed: no cgroup",
    )


async def test_an_interpreted_language_runs_at_once(tmp_path: Path) -> None:
    judging = Judging(tmp_path, ends(), language=INTERPRETED)
    assert (await judging.decide()).verdict is Verdict.AC
    assert not any(command.box_writable for command in judging.commands)
    assert judging.told[0].status is SubmissionStatus.COMPILING  # the order of steps is the same for all


async def test_a_missing_test_file_is_not_a_verdict(tmp_path: Path) -> None:
    judging = Judging(tmp_path, ends())
    (tmp_path / "2.ans").unlink()
    with nothing_left_open(), pytest.raises(FileNotFoundError):
        await judging.decide()
    assert judging.sandbox.open_slots == 0


async def test_a_sandbox_that_breaks_is_not_a_verdict(tmp_path: Path) -> None:
    def broken(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        raise SandboxError("gone")

    judging = Judging(tmp_path, broken)
    with nothing_left_open(), pytest.raises(SandboxError):
        await judging.decide()
    assert judging.sandbox.open_slots == 0


async def test_cancelling_a_run_closes_everything(tmp_path: Path) -> None:
    judging = Judging(tmp_path, ends(t2=Ending(never_ends=True)))
    with nothing_left_open():
        task = asyncio.create_task(judging.decide())
        await judging.has_run(3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert judging.sandbox.open_slots == 0


async def test_cancelling_a_comparison_waits_for_its_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread reads from descriptors: they must stay open, and its own, until it has ended."""
    is_reading, may_end, descriptors_were_open = threading.Event(), threading.Event(), []

    def slow(output_fd: int, answer_fd: int, comparison: OutputComparison) -> None:
        is_reading.set()
        may_end.wait(timeout=10)
        descriptors_were_open.append(bool(os.fstat(output_fd)) and bool(os.fstat(answer_fd)))

    monkeypatch.setattr(judge_module, "find_difference", slow)
    judging = Judging(tmp_path, ends())
    with nothing_left_open():
        task = asyncio.create_task(judging.decide())
        assert await asyncio.to_thread(is_reading.wait, 10)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.01)
        assert not task.done()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert descriptors_were_open == [True]


def test_host_facts() -> None:
    cell = CellInfo(
        version="0.1",
        kernel="6.18",
        architecture="x86_64",
        cgroup_version=1,
        memory_peak="exact",
        isolation=("pid", "net"),
        views=("native",),
        slots=2,
        box_bytes=1,
    )
    facts = read_host_facts(cell)
    assert facts.cores >= 1
    assert facts.machine
    assert facts.sandbox == "cell 0.1; kernel 6.18; cgroup v1; exact memory peak; isolation: pid net"
    ungated = read_host_facts(cell, attack_gate=False)
    assert ungated.sandbox == facts.sandbox + "; attack gate off"
    assert cpu_model("processor : 0\nmodel name\t: Fast  CPU 3000\n\nmodel name : Other\n") == "Fast CPU 3000"
    assert cpu_model("processor : 0\nCPU part\t: 0xd0c\n") == "0xd0c"
    assert cpu_model("") == "unknown"
