"""Compiling, on a fake sandbox: whose fault a failure is, and what of the compiler's words is kept."""

import dataclasses
from pathlib import Path

from assay.adapters.memory.sandbox import Ending
from assay.domain.events import Progress
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict
from assay.sandbox import Status
from tests.unit.judging.judging import LANGUAGE, Judging, ends, nothing_left_open

INTERPRETED = dataclasses.replace(LANGUAGE, compile=None)


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
