"""Further files of a run: found at 3 and on and as /proc/self/fd/3 and on, to read, and by nobody else."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
import fcntl
import hashlib
import os
from pathlib import Path
import socket

import pytest

from assay.sandbox import BadDescriptor, Command, Facts, Policy, RequestRefused, RunLimits, Status
from tests.conftest import needs_root
from tests.contract.sandbox.places import Place
from tests.security.harness import ROOMY

pytestmark = needs_root
CAT = "import sys; print([open(name, 'rb').read() for name in sys.argv[1:]])"
# By path and by the descriptor itself: whatever could change a file, or make that possible.
SPOIL = """
import errno, fcntl, mmap, os
path, done = '/proc/self/fd/3', []
def attempt(name, action):
    try:
        action()
        done.append(name)
    except (OSError, ValueError) as error:
        pass
for name, flags in {'write': os.O_WRONLY, 'both': os.O_RDWR, 'cut': os.O_RDONLY | os.O_TRUNC}.items():
    def again():
        fd = os.open(path, flags)
        os.write(fd, b'spoilt')
    attempt(name, again)
attempt('truncate', lambda: os.truncate(path, 0))
attempt('by descriptor', lambda: os.write(3, b'spoilt'))
attempt('cut by descriptor', lambda: os.ftruncate(3, 0))
attempt('allocate', lambda: os.posix_fallocate(3, 0, 1 << 20))
attempt('map', lambda: mmap.mmap(3, 4, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE))
try:
    os.chmod(path, 0o666)
except OSError:
    pass
def after_chmod():
    fd = os.open(path, os.O_RDWR)
    os.write(fd, b'spoilt')
attempt('write after chmod', after_chmod)
attempt('cut after chmod', lambda: os.truncate(path, 0))
attempt('seal', lambda: fcntl.fcntl(3, fcntl.F_ADD_SEALS, 1))
attempt('execute', lambda: os.execv(path, ['x']))
print(done, open(path, 'rb').read())
"""


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """Closes what a test opens."""
    with ExitStack() as stack:
        yield stack


def memory(opened: ExitStack, content: bytes, *, mode: int = 0o777, seals: int = 0) -> int:
    fd = os.memfd_create("file", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    opened.callback(os.close, fd)
    os.write(fd, content)
    os.fchmod(fd, mode)
    if seals:
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)
    return fd


async def python(
    slot: Place,
    opened: ExitStack,
    script: str,
    *arguments: str,
    files: Sequence[int] = (),
    limits: RunLimits = ROOMY,
    repeat: bool = False,
    warm: bool = False,
) -> tuple[Facts, bytes]:
    output = memory(opened, b"")
    null = os.open(os.devnull, os.O_RDWR)
    opened.callback(os.close, null)
    command = Command(
        argv=("/usr/bin/python3", "-I", "-c", script, *arguments),
        env={},
        view="toolchain",
        limits=limits,
        policy=Policy.MANAGED,
        box_writable=False,
        repeat=repeat,
        warm=warm,
    )
    facts = await slot.run(command, stdin=null, stdout=output, stderr=null, files=files)
    return facts, os.pread(output, 1 << 20, 0)


def paths(count: int) -> list[str]:
    return [f"/proc/self/fd/{3 + number}" for number in range(count)]


@pytest.mark.parametrize("count", range(5))
async def test_each_is_at_its_place(slot: Place, opened: ExitStack, count: int) -> None:
    contents = [b"", b"one", b"\0\xff" * 500_000, b"three"][:count]
    files = [memory(opened, content) for content in contents]
    for fd in files:
        os.lseek(fd, 0, os.SEEK_SET)
    script = """
import hashlib, os, sys
digest = lambda content: hashlib.sha256(content).hexdigest()
print([digest(open(f'/proc/self/fd/{3 + at}', 'rb').read()) for at in range(int(sys.argv[1]))])
print([digest(open(3 + at, 'rb').read()) for at in range(int(sys.argv[1]))])
print([fd for fd in range(3, 1000) if os.path.exists(f'/proc/self/fd/{fd}')])
"""
    facts, said = await python(slot, opened, script, str(count), files=files)
    assert (facts.status, facts.exit_code) == (Status.EXITED, 0), facts
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    # each is closed again by the second reading
    assert said.decode() == f"{digests}\n{digests}\n[]\n"


async def test_they_come_where_few_files_may_be_open(slot: Place, opened: ExitStack) -> None:
    files = [memory(opened, b"%d" % place) for place in range(4)]
    limits = replace(ROOMY, open_files=10)
    facts, said = await python(slot, opened, CAT, *paths(4), files=files, limits=limits)
    assert (facts.exit_code, said) == (0, b"[b'0', b'1', b'2', b'3']\n")


@pytest.mark.parametrize("mode", [0o444, 0o644, 0o600, 0o666])
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_RDWR])
async def test_a_file_of_the_host_can_be_read_and_never_written(
    slot: Place, opened: ExitStack, tmp_path: Path, mode: int, flags: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"contents")
    path.chmod(mode)
    fd = os.open(path, flags)
    opened.callback(os.close, fd)
    os.lseek(fd, 5, os.SEEK_SET)  # by its path each file begins at its beginning
    facts, said = await python(slot, opened, SPOIL, files=[fd])
    assert (facts.exit_code, said) == (0, b"[] b'contents'\n"), facts
    assert path.read_bytes() == b"contents"
    assert path.stat().st_mode & 0o777 == mode


# fcntl's F_SEAL_…: 1 seal, 2 shrink, 4 grow, 8 write
@pytest.mark.parametrize("seals", [0, 8, 2 | 4, 8 | 4, 8 | 4 | 2, 8 | 4 | 2 | 1])
@pytest.mark.parametrize("mode", [0o444, 0o666, 0o777])
async def test_a_memory_file_can_be_read_and_never_written(
    slot: Place, opened: ExitStack, seals: int, mode: int
) -> None:
    fd = memory(opened, b"#!/usr/bin/true\n", mode=mode, seals=seals)
    facts, said = await python(slot, opened, SPOIL, files=[fd])
    assert (facts.exit_code, said) == (0, b"[] b'#!/usr/bin/true\\n'\n"), facts
    assert os.pread(fd, 100, 0) == b"#!/usr/bin/true\n"


@pytest.mark.parametrize("repeat", [False, True])
async def test_each_run_has_its_own(slot: Place, opened: ExitStack, repeat: bool) -> None:
    for number in range(5):
        files = [memory(opened, b"%d %d" % (number, place)) for place in range(2)]
        facts, said = await python(slot, opened, CAT, *paths(2), files=files, repeat=repeat)
        assert (facts.exit_code, said.decode()) == (0, f"{[b'%d 0' % number, b'%d 1' % number]}\n")


async def test_a_run_without_any_finds_none_of_another(slot: Place, opened: ExitStack) -> None:
    look = "import os; print([fd for fd in range(3, 1000) if os.path.exists(f'/proc/self/fd/{fd}')])"
    count = f"import os, sys\n{look}"
    files = [memory(opened, b"secret") for _ in range(4)]
    for repeat in (False, True, True, False):
        _, with_some = await python(slot, opened, count, files=files, repeat=repeat)
        _, with_none = await python(slot, opened, count, repeat=repeat)
        assert (with_some, with_none) == (b"[3, 4, 5, 6]\n", b"[]\n")


async def test_a_warm_start_that_gets_files_is_a_plain_one(slot: Place, opened: ExitStack) -> None:
    script = "try: open('/box/nothing')\nexcept OSError: pass\n" + CAT
    for files in ([], [memory(opened, b"x")], [], [memory(opened, b"y"), memory(opened, b"z")], []):
        expected = [os.pread(fd, 10, 0) for fd in files]
        facts, said = await python(
            slot, opened, script, *paths(len(files)), files=files, repeat=True, warm=True
        )
        assert (facts.exit_code, said.decode()) == (0, f"{expected}\n")


async def test_their_memory_is_not_the_runs(slot: Place, opened: ExitStack) -> None:
    large = memory(opened, bytes(100 << 20))
    limits = replace(ROOMY, memory_bytes=32 << 20)
    script = "import os; print(sum(len(os.pread(3, 1 << 20, at << 20)) for at in range(100)))"
    facts, said = await python(slot, opened, script, files=[large], limits=limits)
    assert (facts.status, said) == (Status.EXITED, b"%d\n" % (100 << 20))
    assert facts.memory_bytes < 32 << 20
    hold = "block = bytearray(64 << 20)"
    facts, _ = await python(slot, opened, hold, files=[large], limits=limits)
    assert facts.status is Status.MEMORY, "and the room for them is none for the run"


async def test_only_regular_files_to_read_are_taken(slot: Place, opened: ExitStack, tmp_path: Path) -> None:
    good = memory(opened, b"x")
    (tmp_path / "file").write_bytes(b"x")
    reader, writer = os.pipe()
    one, other = socket.socketpair()
    opened.enter_context(one)
    opened.enter_context(other)
    bad = {
        "reading end": reader,
        "writing end": writer,
        "socket": one.fileno(),
        "folder": os.open(tmp_path, os.O_RDONLY),
        "null": os.open(os.devnull, os.O_RDONLY),
        "write-only": os.open(tmp_path / "file", os.O_WRONLY),
        "path": os.open(tmp_path / "file", os.O_PATH),
    }
    for name, fd in bad.items():
        for files in ([fd], [good, fd]):
            with pytest.raises(RequestRefused, match="file"):
                await python(slot, opened, CAT, files=files)
        if name != "socket":
            os.close(fd)
    with pytest.raises(BadDescriptor):
        await python(slot, opened, CAT, files=[good] * 5)
    assert (await python(slot, opened, CAT, *paths(4), files=[good] * 4))[0].exit_code == 0
