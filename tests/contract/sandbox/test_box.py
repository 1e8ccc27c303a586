"""Files put into a slot's box."""

import os
from pathlib import Path

import pytest

from assay.sandbox import BadDescriptor, BadName, BoxError
from tests.conftest import needs_root
from tests.contract.sandbox.places import Place
from tests.security.harness import run

pytestmark = needs_root
BAD_NAMES = [
    "",
    "/etc/passwd",
    "..",
    "../x",
    "a/../b",
    ".",
    "a/./b",
    "a//b",
    "a/",
    "x" * 256,
    "/".join("a" * 17),
    "a\0b",
]


async def test_files_arrive_whole_under_their_names(slot: Place, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"from an fd")
    fd = os.open(tmp_path / "source", os.O_RDONLY)
    os.lseek(fd, 5, os.SEEK_SET)  # it is read from its beginning whatever its offset
    await slot.put("fd", fd)
    os.close(fd)
    await slot.put("a folder/deep/ü b.txt", b"from bytes")
    await slot.put("empty", b"")
    await slot.put("big", bytes(1 << 20))
    await slot.put("big", b"replaced")
    await slot.put("run", b"#!/usr/bin/bash\n", executable=True)
    script = "cd /box; stat -c '%n %s %A %u' fd a*/deep/* empty big run; id -u"
    outcome = await run(slot, "/usr/bin/bash", "-c", script, view="toolchain", env={"PATH": "/usr/bin"})
    *lines, uid = outcome.stdout.decode().splitlines()
    assert lines == [
        f"fd 10 -rw-r--r-- {uid}",
        f"a folder/deep/ü b.txt 10 -rw-r--r-- {uid}",
        f"empty 0 -rw-r--r-- {uid}",
        f"big 8 -rw-r--r-- {uid}",
        f"run 16 -rwxr-xr-x {uid}",
    ]


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_names_that_are_no_files_in_the_box_are_refused(slot: Place, name: str) -> None:
    with pytest.raises(BadName):
        await slot.put(name, b"x")
    await slot.put("good", b"x")


async def test_a_box_has_an_end(slot: Place) -> None:
    with pytest.raises(BoxError, match="No space left"):
        await slot.put("huge", bytes(5 << 20))
    await slot.put("fits", bytes(3 << 20))
    for number in range(63):
        await slot.put(f"file{number}", b"")
    with pytest.raises(BoxError, match="No space left"):
        await slot.put("one file more than there are inodes", b"")
    assert (await run(slot, "/usr/bin/true", view="toolchain")).facts.exit_code == 0


async def test_only_regular_files_can_be_put(slot: Place, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    for fd in (reader, writer, os.open(tmp_path, os.O_RDONLY), os.open("/dev/zero", os.O_RDONLY)):
        with pytest.raises((BoxError, BadDescriptor), match="regular file"):
            await slot.put("x", fd)
        os.close(fd)


async def test_links_and_oddities_that_a_run_left_are_never_followed(slot: Place) -> None:
    script = """
        ln -s /tmp/../etc outside; ln -s . loop; mkfifo fifo; ln -s /etc/passwd file; mkdir -p folder/inside
        mkdir closed; chmod 0 closed
    """
    made = await run(
        slot, "/usr/bin/bash", "-ec", script, view="toolchain", env={"PATH": "/usr/bin"}, box_writable=True
    )
    assert made.facts.exit_code == 0, made
    for name in ("outside/x", "loop/x", "fifo/x", "folder"):
        with pytest.raises(BoxError):
            await slot.put(name, b"x")
    for name in ("fifo", "file", "closed/x"):
        await slot.put(name, b"new")
    script = "cd /box; stat -c '%F' fifo file; cat fifo file"
    seen = await run(slot, "/usr/bin/bash", "-c", script, view="toolchain", env={"PATH": "/usr/bin"})
    assert seen.stdout == b"regular file\nregular file\nnewnew"
