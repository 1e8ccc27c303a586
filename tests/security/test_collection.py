"""What a run leaves in its box is hostile, whatever its name says: it is not followed, awaited or believed.

    a run writes /box ──▶ the cell collects (get), replaces (put) or executes what is there

The exploits of CVE-2024-28185 and CVE-2024-28189 are replayed: a judge that wrote to what the sandbox had
replaced by a link, or changed its owner, did it to a file of the host.
"""

from collections.abc import AsyncIterator
import os
from pathlib import Path
import secrets

import pytest

from assay.domain.verdict import Verdict
from assay.judging.classify import classify_run
from assay.sandbox import (
    BadDescriptor,
    BadName,
    BoxError,
    Cell,
    CellConfig,
    CellProcess,
    Command,
    Policy,
    Slot,
)
from tests.conftest import needs_root
from tests.security.harness import ROOMY, Outcome, compile_c, run

pytestmark = needs_root

PYTHON = ("/usr/bin/python3", "-I", "-c")
PRELUDE = "import ctypes, os, resource, signal, stat\nos.chdir('/box')\nname, host = 'artefact', {host!r}\n"
# Each leaves something in place of the artefact. `host` is a file of the host that no view shows.
NOT_REGULAR = {
    "absolute_link": "os.symlink(host, name)",
    "link_into_the_view": "os.symlink('/etc/passwd', name)",
    "link_that_climbs": "os.symlink('../' * 20 + host, name)",
    "link_through_proc": "os.symlink('/proc/1/root' + host, name)",
    "link_to_a_descriptor": "os.symlink('/proc/self/fd/0', name)",
    "link_to_a_device": "os.symlink('/dev/zero', name)",
    "link_to_itself": "os.symlink(name, name)",
    "link_to_a_neighbour": "open('neighbour', 'w').write('x'); os.symlink('neighbour', name)",
    "fifo": "os.mkfifo(name)",
    "socket": "os.mknod(name, stat.S_IFSOCK | 0o777)",
    "folder": "os.mkdir(name)",
    "whiteout": (
        "open(name, 'w').close()\n"
        "assert ctypes.CDLL(None).renameat2(-100, name.encode(), -100, b'moved', 4) == 0\n"
        "assert stat.S_ISCHR(os.lstat(name).st_mode)"  # a device made by a rename, which needs no privilege
    ),
}


@pytest.fixture
async def slot(config: CellConfig, supervisor: CellProcess) -> AsyncIterator[Slot]:
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        yield slot


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file of the host that anybody could read or find, if only it were in sight."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    path = tmp_path / "canary"
    path.write_text(secrets.token_hex(16))
    path.chmod(0o644)
    return path


def state_of(path: Path) -> tuple[bytes, int, int, int, int]:
    status = path.stat()
    return path.read_bytes(), status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns


async def leave(slot: Slot, script: str, host: Path) -> None:
    """Run a script as a compiler runs: with a writable box."""
    made = await run(
        slot, *PYTHON, PRELUDE.format(host=str(host)) + script, view="toolchain", box_writable=True
    )
    assert made.facts.exit_code == 0, made


async def collect(slot: Slot, name: str, *, bytes_max: int = 1 << 20) -> bytes:
    """What `get` delivers; whatever was written before a refusal too."""
    fd = os.memfd_create("collected")
    try:
        size = await slot.get(name, fd, bytes_max=bytes_max)
    except BoxError:
        assert os.fstat(fd).st_size == 0, "something was delivered all the same"
        raise
    else:
        content = os.pread(fd, os.fstat(fd).st_size, 0)
        assert len(content) == size
        return content
    finally:
        os.close(fd)


@pytest.mark.parametrize("kind", NOT_REGULAR)
async def test_what_is_no_regular_file_is_not_collected(slot: Slot, canary: Path, kind: str) -> None:
    await leave(slot, NOT_REGULAR[kind], canary)
    with pytest.raises(BoxError):
        await collect(slot, "artefact")
    await slot.put("good", b"still in use")
    assert await collect(slot, "good") == b"still in use"


@pytest.mark.parametrize("kind", NOT_REGULAR)
async def test_what_is_no_regular_file_is_not_executed(slot: Slot, canary: Path, kind: str) -> None:
    await leave(slot, NOT_REGULAR[kind], canary)
    command = Command(
        argv=("/box/artefact",), env={}, view="native", limits=ROOMY, policy=Policy.NATIVE, box_writable=False
    )
    outcome = await run(slot, *command.argv, policy=command.policy)
    assert "cannot execute" in outcome.facts.detail, outcome
    assert classify_run(outcome.facts, command).verdict is Verdict.RTE, (
        "it is the submission's doing, not ours"
    )


@pytest.mark.parametrize("kind", NOT_REGULAR)
async def test_what_is_put_in_its_place_changes_nothing_outside(slot: Slot, canary: Path, kind: str) -> None:
    """CVE-2024-28185: the judge wrote its run script through a link. -28189: it gave the target away."""
    before = state_of(canary)
    await leave(slot, NOT_REGULAR[kind], canary)
    if kind == "folder":
        with pytest.raises(BoxError):
            await slot.put("artefact", b"written by the judge", executable=True)
        return
    await slot.put("artefact", b"written by the judge", executable=True)
    assert await collect(slot, "artefact") == b"written by the judge"
    if kind == "link_to_a_neighbour":
        assert await collect(slot, "neighbour") == b"x"
    assert state_of(canary) == before


async def test_no_folder_on_the_way_is_followed(slot: Slot, canary: Path) -> None:
    before = state_of(canary)
    links = {
        "absolute": str(canary.parent),
        "climbs": "../" * 20 + str(canary.parent).lstrip("/"),
        "proc": f"/proc/1/root{canary.parent}",
        "here": ".",
        "root": "/",
        "descriptors": "/proc/self/fd",
    }
    await leave(slot, f"for name, target in {links!r}.items(): os.symlink(target, name)", canary)
    for name in links:
        for path in (f"{name}/canary", f"{name}/0", f"{name}/etc/passwd", f"{name}/here/canary"):
            with pytest.raises(BoxError):
                await collect(slot, path)
            with pytest.raises(BoxError):
                await slot.put(path, b"written by the judge")
    assert state_of(canary) == before
    assert sorted(path.name for path in canary.parent.iterdir()) == ["canary"]


async def test_a_second_name_of_a_file_keeps_what_it_had(slot: Slot, canary: Path) -> None:
    """A hard link to what the judge will write: it is replaced, never written to."""
    await slot.put("artefact", b"first")
    await leave(slot, "os.link(name, 'kept')", canary)
    await slot.put("artefact", b"second")
    assert await collect(slot, "kept") == b"first"
    assert await collect(slot, "artefact") == b"second"


async def test_hard_links_to_files_outside_the_box_cannot_be_made(slot: Slot, canary: Path) -> None:
    script = """
gained = []
open("/tmp/x", "w").close()
inside = ("/etc/passwd", "/usr/bin/python3", "/proc/self/exe", "/proc/self/fd/0", "/dev/null", "/tmp/x")
for target in (host, *inside):
    for follow in (True, False):
        try:
            os.link(target, name, follow_symlinks=follow)
            gained.append(target)
            os.unlink(name)
        except OSError:
            pass
assert not gained, gained
"""
    await leave(slot, script, canary)


async def test_a_name_that_climbs_is_refused_before_anything_is_looked_at(slot: Slot) -> None:
    names = [
        "",
        ".",
        "..",
        "/",
        "/etc/passwd",
        "../etc/passwd",
        "a/../../etc/passwd",
        "a//b",
        "a/",
        "x" * 256,
    ]
    for name in [*names, "/".join("a" * 17), "a\0b", "/proc/self/environ", "/dev/stdin", "/box/artefact"]:
        with pytest.raises(BadName):
            await collect(slot, name)
        with pytest.raises(BadName):
            await slot.put(name, b"x")
    for name in (
        "con",
        "nul",
        "-rf",
        "@file",
        "~root",
        "$(id)",
        "a b",
        "\n",
        "\x1b[31m",
        "ü",
        "\\\\host\\c$",
    ):
        await slot.put(name, name.encode())  # nothing to us, so nothing is done about them
        assert await collect(slot, name) == name.encode()


async def test_more_than_is_wanted_is_refused_unread(slot: Slot, canary: Path) -> None:
    await slot.put("exact", b"x" * 1000)
    assert await collect(slot, "exact", bytes_max=1000) == b"x" * 1000
    with pytest.raises(BoxError, match="1000 bytes, more than 999"):
        await collect(slot, "exact", bytes_max=999)
    assert await collect(slot, "exact", bytes_max=1 << 40) == b"x" * 1000
    sparse = """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
refused = []
with open(name, "wb") as file:
    for size in (10 << 30, resource.getrlimit(resource.RLIMIT_FSIZE)[1]):
        try:
            file.truncate(size)
        except OSError as error:
            refused.append(size)
assert refused == [10 << 30], refused
"""
    await leave(slot, sparse, canary)
    with pytest.raises(BoxError, match="more than 1048576"):
        await collect(slot, "artefact")


async def test_the_mode_of_a_file_does_not_matter(slot: Slot, canary: Path) -> None:
    """A program cannot keep what it made from the judge, nor have it executed with more rights."""
    await leave(slot, "open(name, 'w').write('secret'); os.chmod(name, 0)", canary)
    assert await collect(slot, "artefact") == b"secret"
    await leave(slot, "os.chmod(name, 0o6777)", canary)
    ids = "import os; print(*{*os.getresuid(), *os.getresgid()})"
    plain = await run(slot, *PYTHON, ids, view="toolchain")
    await slot.put("artefact", f"#!/usr/bin/python3 -I\n{ids}\n".encode(), executable=True)
    await leave(slot, "os.chmod(name, 0o6755)", canary)
    marked = await run(slot, "/box/artefact", view="toolchain")
    assert marked.stdout == plain.stdout != b"", "set-user-id of its own user gives what it has"


async def test_what_is_collected_goes_nowhere_but_to_a_file_or_pipe(slot: Slot, canary: Path) -> None:
    await slot.put("artefact", b"x")
    wrong = [
        os.open(canary, os.O_RDONLY),
        os.open(canary.parent, os.O_RDONLY),
        os.open("/dev/zero", os.O_RDWR),
    ]
    for fd in wrong:
        with pytest.raises(BadDescriptor):
            await slot.get("artefact", fd, bytes_max=100)
        os.close(fd)
    assert await collect(slot, "artefact") == b"x"


REPLACES_ITSELF = Path(__file__).with_name("replaces_itself.c")


async def test_a_program_cannot_replace_itself_between_tests(slot: Slot) -> None:
    await compile_c(slot, REPLACES_ITSELF.read_bytes())
    before = await collect(slot, "program", bytes_max=1 << 24)
    outcomes: list[Outcome] = [await run(slot, "/box/program", policy=Policy.NATIVE) for _ in range(3)]
    assert [outcome.stdout for outcome in outcomes] == [b"as it was\n"] * 3, outcomes
    assert await collect(slot, "program", bytes_max=1 << 24) == before
