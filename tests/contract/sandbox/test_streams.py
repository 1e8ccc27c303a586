"""The caller's file descriptors: what may be given, and what happens to it."""

import asyncio
from dataclasses import replace
import fcntl
import os
from pathlib import Path
import socket

import pytest

from assay.sandbox import BadDescriptor, Command, Facts, Policy, Status
from tests.conftest import needs_root
from tests.contract.sandbox.places import Place
from tests.security.harness import ROOMY

pytestmark = needs_root


async def bash(
    slot: Place,
    script: str,
    *,
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
) -> Facts:
    """Run a script; a stream that is not given is /dev/null."""
    command = Command(
        argv=("/usr/bin/bash", "-c", script),
        env={"PATH": "/usr/bin"},
        view="toolchain",
        limits=replace(ROOMY, wall_time_ms=3000),
        policy=Policy.SHELL,
        box_writable=False,
    )
    null = os.open("/dev/null", os.O_RDWR)
    try:
        streams = [null if fd is None else fd for fd in (stdin, stdout, stderr)]
        return await slot.run(command, stdin=streams[0], stdout=streams[1], stderr=streams[2])
    finally:
        os.close(null)


@pytest.mark.parametrize("mode", [0o444, 0o600, 0o666])
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_RDWR])
async def test_a_file_as_stdin_can_be_read_and_never_written(
    slot: Place, tmp_path: Path, mode: int, flags: int
) -> None:
    script = "cat; for to in '&0' /dev/stdin /proc/self/fd/0; do eval \"echo spoilt >$to\"; done; true"
    given = a_file(tmp_path / "in", mode)
    assert await fed_with(slot, given, flags, script) == b"input\n"
    assert given.read_bytes() == b"input\n"


@pytest.mark.parametrize("mode", [0o444, 0o600, 0o666])
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_RDWR])
async def test_a_file_as_stdin_can_be_read_from_its_beginning_again(
    slot: Place, tmp_path: Path, mode: int, flags: int
) -> None:
    given = a_file(tmp_path / "in", mode)
    answer = await fed_with(slot, given, flags, "cat; cat /dev/stdin")
    assert answer == b"input\ninput\n"


def a_file(path: Path, mode: int) -> Path:
    path.write_bytes(b"input\n")
    path.chmod(mode)
    return path


async def fed_with(slot: Place, given: Path, flags: int, script: str) -> bytes:
    source, answer = os.open(given, flags), os.memfd_create("answer")
    try:
        facts = await bash(slot, script, stdin=source, stdout=answer)
        assert facts.exit_code == 0
        return os.pread(answer, 100, 0)
    finally:
        os.close(source)
        os.close(answer)


async def test_stdin_begins_at_the_callers_offset(slot: Place) -> None:
    source, answer = os.memfd_create("source"), os.memfd_create("answer")
    os.write(source, b"skipped kept")
    os.lseek(source, 8, os.SEEK_SET)
    await bash(slot, "cat", stdin=source, stdout=answer)
    assert os.pread(answer, 100, 0) == b"kept"
    assert os.lseek(source, 0, os.SEEK_CUR) == 8
    os.close(source)
    os.close(answer)


async def test_a_pipe_as_stdin_can_be_opened_again(slot: Place) -> None:
    reader, writer = os.pipe()
    answer = os.memfd_create("answer")
    os.write(writer, b"one\ntwo\n")
    os.close(writer)
    await bash(slot, "read line; echo $line; cat /dev/stdin", stdin=reader, stdout=answer)
    assert os.pread(answer, 100, 0) == b"one\ntwo\n"
    os.close(reader)
    os.close(answer)


async def test_output_goes_where_a_file_stands(slot: Place, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"before|")
    for flags in (os.O_WRONLY | os.O_APPEND, os.O_WRONLY):
        fd = os.open(target, flags)
        os.lseek(fd, 0, os.SEEK_END)
        facts = await bash(slot, "echo after", stdout=fd)
        assert (facts.status, facts.stdout_bytes) == (Status.EXITED, 6), facts
        os.close(fd)
    assert target.read_bytes() == b"before|after\nafter\n"


async def test_both_streams_may_share_a_file(slot: Place) -> None:
    both = os.memfd_create("both")
    facts = await bash(
        slot, "echo one; sleep 0.05; echo two >&2; sleep 0.05; echo three", stdout=both, stderr=both
    )
    assert os.pread(both, 100, 0) == b"one\ntwo\nthree\n"
    assert (facts.stdout_bytes, facts.stderr_bytes) == (10, 4)
    os.close(both)


async def test_a_reader_that_went_away_is_met_as_sigpipe(slot: Place) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    facts = await bash(slot, "yes", stdout=writer)
    os.close(writer)
    assert (facts.status, facts.signal) == (Status.SIGNALLED, 13)
    assert (await bash(slot, "true")).exit_code == 0


async def test_a_slow_reader_holds_the_program_up_and_loses_nothing(slot: Place) -> None:
    reader, writer = os.pipe()
    task = asyncio.create_task(bash(slot, "head -c 500000 /dev/zero", stdout=writer))
    got = 0
    await asyncio.sleep(0.2)
    assert not task.done()
    while got < 500_000:
        got += len(await asyncio.to_thread(os.read, reader, 65536))
    facts = await task
    assert (facts.status, facts.stdout_bytes) == (Status.EXITED, 500_000)
    os.close(reader)
    os.close(writer)


async def test_a_reader_that_never_reads_costs_no_more_than_the_wall_limit(slot: Place) -> None:
    reader, writer = os.pipe()
    task = asyncio.create_task(bash(slot, "yes", stdout=writer))
    await asyncio.sleep(3.5)
    await asyncio.to_thread(os.read, reader, 1 << 20)
    facts = await asyncio.wait_for(task, 10)
    assert facts.status is Status.WALL_TIME
    os.close(reader)
    os.close(writer)


async def test_fds_of_the_wrong_sort_are_refused(slot: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    one, other = socket.socketpair()
    reader, writer = os.pipe()
    read_only = os.open(tmp_path / "file", os.O_RDONLY)
    write_only = os.open(tmp_path / "file", os.O_WRONLY)
    folder = os.open(tmp_path, os.O_RDONLY)
    path_only = os.open(tmp_path / "file", os.O_PATH)
    terminal_host, terminal = os.openpty()
    zero = os.open("/dev/zero", os.O_RDWR)
    bad_inputs = [one.fileno(), writer, write_only, folder, path_only, terminal, zero]
    bad_outputs = [one.fileno(), reader, read_only, folder, path_only, terminal, zero]
    for fd in bad_inputs:
        with pytest.raises(BadDescriptor, match="stdin"):
            await bash(slot, "true", stdin=fd)
    for fd in bad_outputs:
        with pytest.raises(BadDescriptor, match="stdout"):
            await bash(slot, "true", stdout=fd)
        with pytest.raises(BadDescriptor, match="stderr"):
            await bash(slot, "true", stderr=fd)
    with pytest.raises(BadDescriptor, match="not open"):
        await bash(slot, "true", stdin=1_000_000)
    assert (await bash(slot, "true")).exit_code == 0
    for fd in (reader, writer, read_only, write_only, folder, path_only, terminal_host, terminal, zero):
        os.close(fd)
    one.close()
    other.close()


async def test_a_full_disk_of_the_caller_is_our_fault(slot: Place) -> None:
    limited = os.memfd_create("limited", os.MFD_ALLOW_SEALING)
    os.ftruncate(limited, 4096)
    fcntl.fcntl(limited, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW)
    facts = await bash(slot, "head -c 100000 /dev/zero", stdout=limited)
    assert facts.status is Status.INTERNAL
    assert "writing to the caller's fd" in facts.detail
    os.close(limited)
