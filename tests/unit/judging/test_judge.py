"""The order of judging, on a fake sandbox: what runs when, with what, and what ends it."""

import dataclasses
from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending
from assay.domain.events import Progress
from assay.domain.submission import SubmissionStatus, source_digest
from assay.domain.verdict import Verdict
from assay.judging.one_pass import SHOWN_BYTES_MAX
from assay.sandbox import Command, Status
from tests.unit.judging.judging import FILES, Judging, ends, nothing_left_open


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
    # the language's multiplier is 2, and then comes the guard band
    assert (running.limits.cpu_time_ms, running.limits.wall_time_ms) == (1050, 3100)
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


@pytest.mark.parametrize(
    "ending",
    [
        Ending(stdout=b"wr\x1b[31mong", stderr=b"debug"),
        Ending(stdout=b"wr\x1b[31mong", stderr=b"debug", exit_code=1),
    ],
    ids=["wrong", "crashed"],
)
@pytest.mark.parametrize("full_feedback", [False, True])
async def test_what_a_failed_test_printed_is_kept_where_it_may_be_shown(
    tmp_path: Path, ending: Ending, *, full_feedback: bool
) -> None:
    judging = Judging(tmp_path, ends(t2=ending))
    first, second, third = judging.problem.tests
    tests = (first, dataclasses.replace(second, full_feedback=full_feedback), third)
    judging.problem = dataclasses.replace(judging.problem, tests=tests)
    with nothing_left_open():
        passed, failed = (await judging.decide()).runs
    assert (passed.output, passed.error_output) == ("", "")  # a sample, but accepted
    assert (failed.output, failed.error_output) == (("wrong", "debug") if full_feedback else ("", ""))


async def test_of_a_long_output_the_beginning_is_kept(tmp_path: Path) -> None:
    judging = Judging(tmp_path, ends(t1=Ending(stdout=b"x" * 100_000)))
    limits = dataclasses.replace(judging.problem.limits, output_bytes=1 << 20)
    judging.problem = dataclasses.replace(judging.problem, limits=limits)
    (failed,) = (await judging.decide()).runs
    assert len(failed.output) == SHOWN_BYTES_MAX


async def test_much_on_standard_error_is_no_fault(tmp_path: Path) -> None:
    noisy = Ending(stdout=b"4", stderr=b"x" * (512 << 10))
    assert (await Judging(tmp_path, ends(t2=noisy)).decide()).verdict is Verdict.AC


async def test_flooding_standard_error_is_one(tmp_path: Path) -> None:
    flood = Ending(stdout=b"4", stderr=b"x" * (9 << 20))
    decision = await Judging(tmp_path, ends(t2=flood)).decide()
    assert (decision.verdict, decision.message) == (
        Verdict.OLE,
        "more than 1 MiB written to standard error",
    )
