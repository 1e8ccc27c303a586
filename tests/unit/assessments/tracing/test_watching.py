"""What passes through the watched sandbox, and what is done again."""

import os
from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending, MemorySandbox
from assay.assessments.tracing.taking import tell_nobody
from assay.assessments.tracing.watching import LONG_US, SHORT_US, Stopwatch, WatchedSandbox
from assay.judging.capture import null_device
from assay.sandbox import Command, Facts, Policy, RunLimits

LIMITS = RunLimits(
    cpu_time_ms=1000,
    wall_time_ms=2000,
    memory_bytes=1 << 26,
    processes=1,
    open_files=10,
    scratch_bytes=1 << 20,
    scratch_inodes=10,
    stdout_bytes=1000,
    stderr_bytes=1000,
    cores=1,
)


def command(policy: Policy = Policy.NATIVE, *, box_writable: bool = False) -> Command:
    return Command(
        argv=("/bin/toy",), env={}, view="native", limits=LIMITS, policy=policy, box_writable=box_writable
    )


class Watched:
    """A watched sandbox whose one program echoes its input; `inputs` are all that it was given."""

    def __init__(self, cpu_time_us: int = 1000) -> None:
        self.inputs: list[bytes] = []
        self.watch = Stopwatch(tell_on=tell_nobody)
        self._cpu_time_us = cpu_time_us
        self.sandbox = WatchedSandbox(MemorySandbox(self._run), self.watch)

    def _run(self, command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        self.inputs.append(stdin)
        return Ending(stdout=stdin, cpu_time_us=self._cpu_time_us)

    async def run(self, command: Command, stdin: int, stdout: int, *, for_jury: bool = False) -> Facts:
        with null_device() as null:
            async with self.sandbox.slot(for_jury=for_jury) as slot:
                return await slot.run(command, stdin=stdin, stdout=stdout, stderr=null)


@pytest.mark.parametrize(
    ("cpu_time_us", "runs"), [(SHORT_US - 1, 5), (SHORT_US, 3), (LONG_US - 1, 3), (LONG_US, 1)]
)
async def test_short_runs_are_repeated_on_the_same_input_and_write_once(
    tmp_path: Path, cpu_time_us: int, runs: int
) -> None:
    (tmp_path / "in").write_bytes(b"skip this")
    watched = Watched(cpu_time_us)
    with (tmp_path / "in").open("rb", buffering=0) as stdin, (tmp_path / "out").open("wb") as stdout:
        stdin.seek(5)
        await watched.run(command(), stdin.fileno(), stdout.fileno())
    assert watched.inputs == [b"this"] * runs
    assert (tmp_path / "out").read_bytes() == b"this"
    assert [len(facts) for facts in watched.watch.seen[0]] == [runs]


async def test_what_comes_through_a_pipe_is_read_once() -> None:
    watched = Watched()
    reader, writer = os.pipe()
    os.write(writer, b"once")
    os.close(writer)
    with null_device() as null:
        await watched.run(command(), reader, null)
    os.close(reader)
    assert watched.inputs == [b"once"]
    assert [len(facts) for facts in watched.watch.seen[0]] == [1]


async def test_where_a_run_can_leave_something_for_the_next_it_is_not_repeated(tmp_path: Path) -> None:
    watched = Watched()
    (tmp_path / "in").write_bytes(b"once")
    with (tmp_path / "in").open("rb") as stdin, null_device() as null:
        await watched.run(command(box_writable=True), stdin.fileno(), null)
    assert watched.inputs == [b"once"]


async def test_the_jury_and_compilers_are_passed_on_unseen() -> None:
    watched = Watched()
    with null_device() as null:
        await watched.run(command(Policy.TOOLCHAIN), null, null)
        await watched.run(command(), null, null, for_jury=True)
    assert watched.watch.seen == {}
    assert len(watched.inputs) == 2
