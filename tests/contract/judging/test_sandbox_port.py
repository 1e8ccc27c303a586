"""What judging relies on in a sandbox: the same for the fake that ships and for the real cell."""

import asyncio
from collections.abc import Callable
import os
from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending, MemorySandbox
from assay.judging.capture import memory_file, null_device
from assay.judging.ports import Sandbox
from assay.sandbox import Cell, Command, Facts, Policy, RequestRefused, RunLimits, SandboxError, Status
from tests.conftest import needs_root

LIMITS = RunLimits(
    cpu_time_ms=2000,
    wall_time_ms=10_000,
    memory_bytes=64 << 20,
    processes=16,
    open_files=64,
    scratch_bytes=1 << 20,
    scratch_inodes=64,
    stdout_bytes=1000,
    stderr_bytes=1000,
    cores=1,
)

# Each program twice: as the real sandbox runs it, and as the fake plays it.
COPY = "cat"
SHOW = "cat '/box/a folder/file name'"
BOTH = "echo one; echo two >&2; echo three"
FLOOD = "head -c 5000 /dev/zero"
GRUMBLE = "head -c 5000 /dev/zero >&2"
FAIL = "exit 7"
HANG = "sleep 600"
TWO_FILES = "cat /proc/self/fd/4 /proc/self/fd/3"
LEAVE = "echo words >/box/feedback/said; mkdir /box/feedback/folder; echo >/box/beside"


def play(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    endings: dict[str, Callable[[], Ending]] = {
        COPY: lambda: Ending(stdout=stdin),
        SHOW: lambda: Ending(stdout=files["a folder/file name"]),
        BOTH: lambda: Ending(stdout=b"one\nthree\n", stderr=b"two\n"),
        FLOOD: lambda: Ending(stdout=b"\0" * 5000),
        GRUMBLE: lambda: Ending(stderr=b"\0" * 5000),
        FAIL: lambda: Ending(exit_code=7),
        HANG: lambda: Ending(never_ends=True),
        TWO_FILES: lambda: Ending(stdout=files["/proc/self/fd/4"] + files["/proc/self/fd/3"]),
        LEAVE: lambda: Ending(
            leaves={"feedback/said": b"words\n", "feedback/folder/": b"", "beside": b"\n"},
            exit_code=0 if "feedback/" in files else 1,
        ),
    }
    return endings[command.argv[-1]]()


@pytest.fixture(params=["memory", pytest.param("cell", marks=needs_root)])
async def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    if request.param == "memory":
        return MemorySandbox(play)
    socket_path: Path = request.getfixturevalue("cell_socket")
    return await Cell.connect(socket_path)


def shell(script: str, *, box_writable: bool = False) -> Command:
    return Command(
        argv=("/usr/bin/sh", "-c", script),
        env={"PATH": "/usr/bin:/bin"},
        view="bash",
        limits=LIMITS,
        policy=Policy.SHELL,
        box_writable=box_writable,
    )


def content(fd: int) -> bytes:
    return os.pread(fd, 1 << 20, 0)


async def run(sandbox: Sandbox, script: str) -> tuple[Facts, bytes]:
    async with sandbox.slot() as slot:
        with null_device() as null, memory_file("out") as output:
            facts = await slot.run(shell(script), stdin=null, stdout=output, stderr=null)
            return facts, content(output)


async def test_input_goes_in_and_output_comes_out(sandbox: Sandbox) -> None:
    with memory_file("in") as given, memory_file("out") as output, null_device() as null:
        os.write(given, b"hello\n")
        os.lseek(given, 0, os.SEEK_SET)
        async with sandbox.slot() as slot:
            facts = await slot.run(shell(COPY), stdin=given, stdout=output, stderr=null)
        assert content(output) == b"hello\n"
    assert (facts.status, facts.exit_code, facts.signal) == (Status.EXITED, 0, None)
    assert (facts.stdout_bytes, facts.stdout_truncated, facts.stderr_truncated) == (6, False, False)
    assert facts.cpu_time_us >= 0
    assert facts.wall_time_us > 0
    assert facts.memory_bytes > 0


async def test_files_are_found_in_the_box(sandbox: Sandbox) -> None:
    with null_device() as null, memory_file("out") as output:
        async with sandbox.slot() as slot:
            await slot.put("a folder/file name", b"old")
            await slot.put("a folder/file name", b"content\xff\0")
            await slot.run(shell(SHOW), stdin=null, stdout=output, stderr=null)
        assert content(output) == b"content\xff\0"


async def test_a_file_comes_out_as_it_went_in(sandbox: Sandbox) -> None:
    async with sandbox.slot() as slot:
        await slot.put("a folder/file", b"content\xff\0")
        with memory_file("out") as target:
            assert await slot.get("a folder/file", target, bytes_max=9) == 9
            assert content(target) == b"content\xff\0"


@pytest.mark.parametrize(("name", "bytes_max"), [("nothing", 100), ("file", 8), ("../file", 100)])
async def test_what_is_not_there_or_too_large_does_not_come_out(
    sandbox: Sandbox, name: str, bytes_max: int
) -> None:
    async with sandbox.slot() as slot:
        await slot.put("file", b"content\xff\0")
        with memory_file("out") as target:
            with pytest.raises(RequestRefused):
                await slot.get(name, target, bytes_max=bytes_max)
            assert await slot.get("file", target, bytes_max=9) == 9, "the slot can be used on"
            assert content(target) == b"content\xff\0"


async def test_a_slot_takes_several_runs(sandbox: Sandbox) -> None:
    async with sandbox.slot() as slot:
        with null_device() as null:
            for _ in range(3):
                facts = await slot.run(shell(FAIL), stdin=null, stdout=null, stderr=null)
                assert (facts.status, facts.exit_code) == (Status.EXITED, 7)


async def test_both_outputs_may_go_to_one_file(sandbox: Sandbox) -> None:
    async with sandbox.slot() as slot:
        with null_device() as null, memory_file("out") as output:
            await slot.run(shell(BOTH), stdin=null, stdout=output, stderr=output)
            assert sorted(content(output).split()) == [b"one", b"three", b"two"]  # none overwrites another


async def test_too_much_output_is_cut_and_said(sandbox: Sandbox) -> None:
    facts, output = await run(sandbox, FLOOD)
    assert output == b"\0" * 1000
    assert (facts.status, facts.exit_code, facts.stdout_truncated) == (Status.OUTPUT, None, True)
    assert facts.stdout_bytes == 1000


async def test_too_much_on_standard_error_is_said_too(sandbox: Sandbox) -> None:
    facts, output = await run(sandbox, GRUMBLE)
    assert output == b""
    assert (facts.status, facts.stdout_truncated, facts.stderr_truncated) == (Status.OUTPUT, False, True)
    assert facts.stderr_bytes == 1000


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", ""])
async def test_names_outside_the_box_are_refused(sandbox: Sandbox, name: str) -> None:
    async with sandbox.slot() as slot:
        with pytest.raises(SandboxError):
            await slot.put(name, b"")


async def test_a_slot_that_was_left_is_closed(sandbox: Sandbox) -> None:
    async with sandbox.slot() as slot:
        pass
    with pytest.raises(SandboxError):
        await slot.put("x", b"")


async def test_a_cancelled_run_frees_its_slot(sandbox: Sandbox) -> None:
    for _ in range(5):  # more often than there are slots
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(run(sandbox, HANG), timeout=0.2)
    facts, _ = await asyncio.wait_for(run(sandbox, FAIL), timeout=10)
    assert facts.exit_code == 7


async def test_further_files_are_read_by_their_paths(sandbox: Sandbox) -> None:
    with null_device() as null, memory_file("one") as one, memory_file("two") as two:
        os.write(one, b"first")
        os.write(two, b"second ")
        async with sandbox.slot(for_jury=True) as slot:
            with memory_file("out") as output:
                facts = await slot.run(
                    shell(TWO_FILES), stdin=null, stdout=output, stderr=null, files=(one, two)
                )
                assert (facts.exit_code, content(output)) == (0, b"second first")
            with pytest.raises(RequestRefused):
                await slot.run(shell(COPY), stdin=null, stdout=null, stderr=null, files=[one] * 5)


async def test_a_folder_is_made_listed_and_removed(sandbox: Sandbox) -> None:
    async with sandbox.slot() as slot:
        await slot.put("feedback/old", b"of the run before")
        for _ in range(2):
            await slot.folder("feedback")
            assert dict(await slot.listing("feedback")) == {}
            with null_device() as null:
                facts = await slot.run(shell(LEAVE, box_writable=True), stdin=null, stdout=null, stderr=null)
            assert facts.exit_code == 0
            assert dict(await slot.listing("feedback")) == {"said": 6}
        await slot.remove("feedback/said")
        assert dict(await slot.listing("feedback")) == {}
        await slot.remove("feedback")
        await slot.remove("feedback")
        for name in ("feedback", "beside"):
            with pytest.raises(RequestRefused):
                await slot.listing(name)


async def test_a_pipe_of_the_callers_may_be_closed_once_the_run_has_it(sandbox: Sandbox) -> None:
    """And who reads the other end of it sees the end after it was noted."""
    reader, writer = os.pipe()
    with null_device() as null, memory_file("out") as output:
        async with sandbox.slot() as one, sandbox.slot() as other:
            both = [
                asyncio.ensure_future(one.run(shell(BOTH), stdin=null, stdout=writer, stderr=null)),
                asyncio.ensure_future(other.run(shell(COPY), stdin=reader, stdout=output, stderr=null)),
            ]
            await asyncio.sleep(0)
            os.close(reader)
            os.close(writer)
            first, second = await asyncio.gather(*both)
        assert content(output) == b"one\nthree\n"
    assert first.ended_at_us <= second.ended_at_us
