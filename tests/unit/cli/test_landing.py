"""A new file has its name when it is whole and on the disk, and is its folder's owner's; or is not there."""

import os
from pathlib import Path
import signal
import subprocess
import sys
import time

import pytest

from assay.cli.backup.landing import landing
from assay.errors import UsageError
from tests.conftest import needs_root

OWNER = 61_234


def test_a_file_is_there_once_it_is_finished(tmp_path: Path) -> None:
    with landing(tmp_path / "new") as landed:
        os.write(landed.fd, b"content")
        assert not (tmp_path / "new").exists()
        landed.finish()
    assert (tmp_path / "new").read_bytes() == b"content"
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_what_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    def write_and_fail() -> None:
        with landing(tmp_path / "new") as landed:
            os.write(landed.fd, b"content")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_fail()
    assert list(tmp_path.iterdir()) == []


def test_a_killed_command_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from assay.cli.backup.landing import landing\n"
        "with landing(Path(sys.argv[1])) as landed:\n"
        "    print('landed', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "new")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"landed\n"
        assert len(list(tmp_path.iterdir())) == 1
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while list(tmp_path.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_what_is_there_stays(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "new"
    {"file": place.touch, "link": lambda: place.symlink_to("nowhere"), "folder": place.mkdir}[kind]()
    with pytest.raises(UsageError, match="there already"), landing(place):
        pass


def test_a_name_that_was_taken_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    with landing(tmp_path / "new") as landed:
        (tmp_path / "new").write_text("mine")
        with pytest.raises(UsageError, match="file exists"):
            landed.finish()
    assert (tmp_path / "new").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere: no such file"), landing(tmp_path / "nowhere/new"):
        pass


@needs_root
def test_the_file_belongs_to_whoever_has_the_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    os.chown(tmp_path, OWNER, OWNER)
    with landing(tmp_path / "new") as landed:
        landed.finish()
    assert (tmp_path / "new").stat().st_uid == OWNER


@needs_root
def test_a_folder_whose_owner_may_not_write_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    os.chown(tmp_path, OWNER, OWNER)
    with pytest.raises(UsageError, match="permission denied"), landing(tmp_path / "new"):
        pass
