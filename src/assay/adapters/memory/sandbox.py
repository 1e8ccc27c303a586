"""A sandbox without a sandbox: "programs" are Python functions. For tests, and for trying the judge's other
parts on a machine that cannot run the real one. It isolates nothing, so it never runs anybody's code.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
import os
import stat
import time

from assay.sandbox import (
    FILES_MAX,
    BadDescriptor,
    BoxError,
    Command,
    Facts,
    SandboxError,
    Status,
)
from assay.sandbox.names import check_box_name

_READ_BYTES = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What a "program" did. `never_ends` makes the run wait until it is cancelled, `ends_after` until that is
    set; `leaves` are files that it leaves in the box, if it may write there."""

    stdout: bytes = b""
    stderr: bytes = b""
    status: Status = Status.EXITED
    exit_code: int | None = 0
    signal: int | None = None
    cpu_time_us: int = 1_000
    wall_time_us: int = 2_000
    memory_bytes: int = 1 << 20
    oom_kills: int = 0
    detail: str = ""
    never_ends: bool = False
    ends_after: asyncio.Event | None = None
    leaves: Mapping[str, bytes] = field(default_factory=dict)


Program = Callable[[Command, dict[str, bytes], bytes], Ending]
"""Given the command, its files and all of its standard input, says how it ends.

The files in /box are there by their names, a folder by its name and a "/" at the end; the further files of
the run as "/proc/self/fd/3" and on.
"""


class MemorySandbox:
    """Implements `assay.judging.ports.Sandbox`. Counts its open slots, so that a test sees them closed."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.open_slots = 0

    @asynccontextmanager
    async def slot(self, *, for_jury: bool = False) -> AsyncIterator["MemorySlot"]:
        slot = MemorySlot(self._program)
        self.open_slots += 1
        try:
            yield slot
        finally:
            slot.is_closed = True
            self.open_slots -= 1


class MemorySlot:
    """A box of files, and runs of the one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.files: dict[str, bytes] = {}
        self.is_closed = False

    async def put(self, name: str, source: int | bytes, *, executable: bool = False) -> None:
        self._check_open()
        check_box_name(name)
        self.files[name] = source if isinstance(source, bytes) else _read(source)

    async def get(self, name: str, target: int, *, bytes_max: int) -> int:
        self._check_open()
        content = self.files.get(name)
        if content is None or len(content) > bytes_max:
            raise BoxError(f"there is no {name!r} of at most {bytes_max} bytes in the box")
        _write_all(target, content)
        return len(content)

    async def folder(self, name: str) -> None:
        await self.remove(name)
        self.files[f"{name}/"] = b""

    async def listing(self, name: str) -> dict[str, int]:
        self._check_open()
        check_box_name(name)
        inside = {other.removeprefix(f"{name}/"): len(self.files[other]) for other in self._below(name)}
        if not inside:
            raise BoxError(f"there is no folder {name!r} in the box")
        return {other: size for other, size in sorted(inside.items()) if other and "/" not in other}

    async def remove(self, name: str) -> None:
        self._check_open()
        check_box_name(name)
        for other in [*self._below(name), name]:
            self.files.pop(other, None)

    def _below(self, name: str) -> list[str]:
        return [other for other in self.files if other.startswith(f"{name}/")]

    async def run(
        self, command: Command, *, stdin: int, stdout: int, stderr: int, files: Sequence[int] = ()
    ) -> Facts:
        self._check_open()
        if len(files) > FILES_MAX:
            raise BadDescriptor(f"{len(files)} files; at most {FILES_MAX} are allowed")
        with ExitStack() as stack:
            own = [_own(fd, stack) for fd in (stdin, stdout, stderr)]
            further = {f"/proc/self/fd/{3 + at}": _contents(fd) for at, fd in enumerate(files)}
            return await self._run(command, own[0], own[1], own[2], further)

    async def _run(
        self, command: Command, stdin: int, stdout: int, stderr: int, further: Mapping[str, bytes]
    ) -> Facts:
        ending = self._program(command, {**self.files, **further}, await _read_all(stdin))
        await asyncio.sleep(0)
        if ending.never_ends:
            await asyncio.get_running_loop().create_future()
        if ending.ends_after is not None:
            await ending.ends_after.wait()
        if command.box_writable:
            self.files.update(ending.leaves)
        limits = command.limits
        ended_at_us = time.monotonic_ns() // 1000
        _write_all(stdout, ending.stdout[: limits.stdout_bytes])
        _write_all(stderr, ending.stderr[: limits.stderr_bytes])
        is_stdout_cut = len(ending.stdout) > limits.stdout_bytes
        is_stderr_cut = len(ending.stderr) > limits.stderr_bytes
        is_cut = is_stdout_cut or is_stderr_cut
        return Facts(
            status=Status.OUTPUT if is_cut else ending.status,
            exit_code=None if is_cut else ending.exit_code,
            signal=None if is_cut else ending.signal,
            cpu_time_us=ending.cpu_time_us,
            wall_time_us=ending.wall_time_us,
            memory_bytes=ending.memory_bytes,
            stdout_bytes=min(len(ending.stdout), limits.stdout_bytes),
            stderr_bytes=min(len(ending.stderr), limits.stderr_bytes),
            stdout_truncated=is_stdout_cut,
            stderr_truncated=is_stderr_cut,
            oom_kills=ending.oom_kills,
            ended_at_us=ended_at_us,
            detail=ending.detail,
        )

    def _check_open(self) -> None:
        if self.is_closed:
            raise SandboxError("the slot is closed")


def _own(fd: int, stack: ExitStack) -> int:
    """A copy of a descriptor, for as long as the run: the caller may close its own."""
    own = os.dup(fd)
    stack.callback(os.close, own)
    return own


def _contents(fd: int) -> bytes:
    """All of a regular file, wherever its offset is."""
    return os.pread(fd, os.fstat(fd).st_size, 0)


async def _read_all(fd: int) -> bytes:
    """To the end, which for a pipe another run of this event loop may have to bring about."""
    if not stat.S_ISFIFO(os.fstat(fd).st_mode):
        return _read(fd)
    loop = asyncio.get_running_loop()
    content = b""
    while True:
        ready = asyncio.Event()
        loop.add_reader(fd, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_reader(fd)
        chunk = os.read(fd, _READ_BYTES)
        if not chunk:
            return content
        content += chunk


def _read(fd: int) -> bytes:
    content = b""
    while chunk := os.read(fd, _READ_BYTES):
        content += chunk
    return content


def _write_all(fd: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
