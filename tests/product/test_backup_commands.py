"""`assay backup` at the terminal: what goes wrong is a line and an exit code, and leaves nothing half."""

from contextlib import suppress
import json
import os
from pathlib import Path
import signal
import subprocess

import pytest

from tests.conftest import needs_root
from tests.product.running import ASSAY, assay, import_examples
from tests.product.test_full_disk import fill, small_disk


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backup") / "data"
    import_examples(folder, ["lanterns"])
    return folder


@pytest.fixture(scope="module")
def backup(data_dir: Path) -> Path:
    path = data_dir.parent / "whole.tar"
    done = assay("backup", "create", path, "--data-dir", data_dir)
    assert done.returncode == 0, done.stderr
    return path


def test_there_and_back_in_words(backup: Path, data_dir: Path, tmp_path: Path) -> None:
    looked = assay("backup", "verify", backup)
    assert (looked.returncode, looked.stdout.splitlines()[-1]) == (0, "everything is whole")
    environment = {**os.environ, "ASSAY_SLOTS": "3", "ASSAY_OPERATOR_TOKEN": "secret-secret-secret"}
    path = tmp_path / "set.tar"
    assert assay("backup", "create", path, "--data-dir", data_dir, env=environment).returncode == 0
    assert b"secret-secret" not in path.read_bytes()
    done = assay("backup", "restore", path, "--data-dir", tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert "  ASSAY_SLOTS=3\n" in done.stdout
    assert "secrets that were set there: ASSAY_OPERATOR_TOKEN" in done.stdout
    assert "lanterns" in assay("problem", "list", "--data-dir", tmp_path / "new").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["create", "x.tar", "--data-dir", "nowhere"], "no such file"),
        (["create", "nowhere/x.tar"], "no such file"),
        (["verify", "nowhere.tar"], "no such file"),
        (["verify", "."], "not a file"),
        (["verify", "/dev/zero"], "not a file"),
        (["restore", "nowhere.tar"], "no such file"),
        (["restore"], "Missing argument"),
    ],
)
def test_what_cannot_be_is_refused(arguments: list[str], words: str, data_dir: Path, tmp_path: Path) -> None:
    more = [] if "--data-dir" in arguments or arguments[0] == "verify" else ["--data-dir", str(data_dir)]
    done = assay("backup", *arguments, *more, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_one_is_not_restored(backup: Path, tmp_path: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[content.index(b"blobs/") + 512] ^= 1
    damaged = tmp_path / "damaged.tar"
    damaged.write_bytes(content)
    looked = assay("backup", "verify", damaged, "--json")
    assert looked.returncode == 1
    (damage,) = json.loads(looked.stdout)["damage"]
    assert damage["where"].startswith("blobs/")
    done = assay("backup", "restore", damaged, "--data-dir", tmp_path / "new")
    assert done.returncode == 1
    assert "is damaged" in done.stdout
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == []


def test_a_server_that_works_there_is_not_disturbed(backup: Path, data_dir: Path) -> None:
    done = assay("backup", "restore", backup, "--data-dir", data_dir)
    assert (done.returncode, done.stdout) == (2, "")
    assert "not empty" in done.stderr


def test_ctrl_c_leaves_nothing(data_dir: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [*ASSAY, "backup", "create", str(tmp_path / "new.tar"), "--data-dir", str(data_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not list(tmp_path.iterdir()) and process.poll() is None:
            pass
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []


@needs_root
def test_a_full_disk_is_named_and_nothing_is_left_on_it(data_dir: Path, backup: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        filler = fill(disk)
        with filler.open("r+b") as file, suppress(OSError):
            file.truncate(filler.stat().st_size - 32_768)
        done = assay("backup", "create", disk / "new.tar", "--data-dir", data_dir)
        assert (done.returncode, done.stdout) == (3, "")
        assert "new.tar: no space left" in done.stderr
        assert [path.name for path in disk.iterdir()] == ["filler"]
        done = assay("backup", "restore", backup, "--data-dir", disk / "data")
        assert done.returncode == 3, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert not (disk / "data/assay.sqlite3").exists()
        filler.unlink()
        done = assay("backup", "restore", backup, "--data-dir", disk / "data")
        assert done.returncode == 0, done.stderr
