"""Who writes for a command that may not: below one folder, as its owner, and nowhere else."""

from contextlib import suppress
import os
from pathlib import Path
import signal
import subprocess
import sys
import time

import pytest

from assay.cli.keeper import keeper_of, write_below
from assay.errors import UsageError
from tests.conftest import needs_root

OWNER = 61_234


def test_files_and_folders_are_made(tmp_path: Path) -> None:
    with keeper_of(tmp_path) as keeper:
        keeper.put("data/secret/1.in", b"1\n", replaces=False)
        with (tmp_path / "other").open("wb+") as file:
            file.write(b"x" * (3 << 20))
            file.flush()
            keeper.put("large", file.fileno(), replaces=False, is_executable=True)
    assert (tmp_path / "data/secret/1.in").read_bytes() == b"1\n"
    assert (tmp_path / "data/secret/1.in").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "large").stat().st_size == 3 << 20
    assert (tmp_path / "large").stat().st_mode & 0o777 == 0o755
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "large", "other"]


def test_what_is_there_is_replaced_only_if_that_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with keeper_of(tmp_path) as keeper:
        with pytest.raises(UsageError, match="file exists"):
            keeper.put("a", b"new", replaces=False)
        assert (tmp_path / "a").read_text() == "old"
        keeper.put("a", b"new", replaces=True)
    assert (tmp_path / "a").read_text() == "new"


@pytest.mark.parametrize("name", ["../out", "/etc/x", "a//b", "", ".", "a/../../out", "x" * 300, "in\0side"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    with keeper_of(inner) as keeper, pytest.raises(UsageError, match="is no name of a file"):
        keeper.put(name, b"x", replaces=True)
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]


@pytest.mark.parametrize("replaces", [True, False])
def test_no_link_is_followed(tmp_path: Path, *, replaces: bool) -> None:
    inner, outside = tmp_path / "inner", tmp_path / "outside"
    inner.mkdir()
    outside.mkdir()
    (outside / "file").write_text("precious")
    (inner / "folder").symlink_to(outside)
    (inner / "link").symlink_to(outside / "file")
    with keeper_of(inner) as keeper:
        with pytest.raises(UsageError):
            keeper.put("folder/new", b"x", replaces=replaces)
        if replaces:
            keeper.put("link", b"x", replaces=True)  # the link itself makes way
            assert not (inner / "link").is_symlink()
    assert [path.name for path in outside.iterdir()] == ["file"]
    assert (outside / "file").read_text() == "precious"


@needs_root
def test_files_belong_to_the_folder_s_owner_who_can_do_no_more_than_he_can(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    folder = tmp_path / "mine"
    (folder / "locked").mkdir(parents=True)
    os.chown(folder, OWNER, OWNER)
    with keeper_of(folder) as keeper:
        keeper.put("new/file", b"x", replaces=False)
        with pytest.raises(UsageError, match="permission denied"):
            keeper.put("locked/file", b"x", replaces=False)
    assert {(folder / name).stat().st_uid for name in ("new", "new/file")} == {OWNER}


def test_a_content_that_cannot_be_read_leaves_nothing(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    content = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with pytest.raises(IsADirectoryError):
            write_below(folder, "a", content, replaces=True)
    finally:
        os.close(folder)
        os.close(content)
    assert list(tmp_path.iterdir()) == []


def is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


@pytest.mark.parametrize("name", ["new", ""])
def test_a_folder_written_as_one_is_there_when_it_is_whole(tmp_path: Path, name: str) -> None:
    with keeper_of(tmp_path) as keeper:
        with keeper.as_one(name):
            keeper.put("a/b", b"1", replaces=False)
            keeper.put("c", b"2", replaces=False, is_executable=True)
            assert not (tmp_path / name / "c").exists()
        with pytest.raises(UsageError, match="file exists"), keeper.as_one(name):
            raise AssertionError("there is something already")
    files = sorted(path.relative_to(tmp_path / name).as_posix() for path in (tmp_path / name).rglob("*"))
    assert files == ["a", "a/b", "c"]
    assert {path.name for path in tmp_path.iterdir()} == ({"new"} if name else {"a", "c"})


@pytest.mark.parametrize("name", ["new", ""])
def test_a_folder_that_is_broken_off_leaves_nothing(tmp_path: Path, name: str) -> None:
    with keeper_of(tmp_path) as keeper:
        with suppress(KeyboardInterrupt), keeper.as_one(name):
            keeper.put("a/b", b"1", replaces=False)
            raise KeyboardInterrupt
        assert is_empty(tmp_path)
        keeper.put("later", b"", replaces=False)
    assert [path.name for path in tmp_path.iterdir()] == ["later"]


def test_who_dies_while_a_folder_is_written_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, signal\n"
        "from assay.cli.keeper import keeper_of\n"
        f"with keeper_of(pathlib.Path({str(tmp_path)!r})) as keeper, keeper.as_one('new'):\n"
        "    keeper.put('a/b', b'1', replaces=False)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    until = time.monotonic() + 20
    while not is_empty(tmp_path) and time.monotonic() < until:
        time.sleep(0.05)
    assert is_empty(tmp_path)


def test_a_file_is_moved_and_no_empty_folder_stays(tmp_path: Path) -> None:
    for name in ("a/b/one", "a/b/two", "a/link"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name) if name != "a/link" else (tmp_path / name).symlink_to("b")
    with keeper_of(tmp_path) as keeper:
        keeper.move("a/b/one", "old/a/b/one")
        assert (tmp_path / "a/b/two").is_file()
        keeper.move("a/b/two", "old/two")
        assert not (tmp_path / "a/b").exists()
        keeper.move("a/link", "old/link")
        assert (tmp_path / "old/link").is_symlink()
        assert not (tmp_path / "a").exists()
        for wrong in (("old/two", "old/link"), ("nothing", "x"), ("old/link/one", "x"), ("old/two", "../x")):
            with pytest.raises(UsageError):
                keeper.move(*wrong)
    assert (tmp_path / "old/two").read_text() == "a/b/two"


def test_where_none_can_be_nothing_is_left_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = open_descriptors()
    # `caught` holds the frames of the failed call, and so whatever it did not close.
    with pytest.raises(FileNotFoundError) as caught, keeper_of(tmp_path / "nowhere"):
        pass
    assert open_descriptors() == before, caught

    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr("assay.cli.keeper.subprocess.Popen", refuse)
    with pytest.raises(BlockingIOError) as refused, keeper_of(tmp_path):
        pass
    assert open_descriptors() == before, refused


def open_descriptors() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}
