"""Private folders are gone afterwards, those of killed processes too, and nobody else's is touched."""

from collections.abc import Iterator
import fcntl
import os
from pathlib import Path
import signal
import subprocess
import sys
import tempfile

import pytest

from assay.problems.private import private_folder, remove_abandoned

NOBODY = 65_534


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process with a private folder that is not empty."""
    code = (
        "import sys; from assay.problems.private import private_folder\n"
        "with private_folder('made') as folder:\n"
        "    (folder / 'big').write_text('x')\n"
        "    print('ready', flush=True); sys.stdin.read()"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


def test_a_folder_is_ours_alone_and_gone_afterwards(temporary: Path) -> None:
    with private_folder("package") as folder:
        assert folder.parent == temporary
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "inner").mkdir()
        (folder / "inner/file").write_text("x")
        (folder / "inner").chmod(0o500)
    assert list(temporary.iterdir()) == []


def test_what_a_living_process_holds_stays_and_what_a_killed_one_left_goes(
    temporary: Path, holder: subprocess.Popen[bytes]
) -> None:
    with private_folder("package") as ours:
        others = [path for path in temporary.iterdir() if path != ours]
        assert [path.name[:11] for path in others] == ["assay-made-"]
        remove_abandoned()
        assert (others[0] / "big").exists()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert others[0].exists(), "nobody could clean up"
        with private_folder("package"):
            assert not others[0].exists()
            assert ours.exists()


def test_hostile_names_are_left_alone(temporary: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    precious = tmp_path_factory.mktemp("precious")
    (precious / "file").write_text("x")
    (temporary / "assay-made-linkaaaa").symlink_to(precious)
    (temporary / "assay-made-filebbbb").write_text("x")
    os.mkfifo(temporary / "assay-made-pipecccc")
    (temporary / "assay-made-others_d").mkdir(mode=0o777)
    os.chown(temporary / "assay-made-others_d", NOBODY, NOBODY)
    (temporary / "assay-made-longer-than-ours").mkdir()
    (temporary / "assay-unknown-eeeeeeee").mkdir()
    abandoned = temporary / "assay-package-ffffffff"
    abandoned.mkdir()
    (abandoned / "link").symlink_to(precious)
    before = {path.name for path in temporary.iterdir()}
    remove_abandoned()
    assert before - {path.name for path in temporary.iterdir()} == {abandoned.name}
    assert (precious / "file").exists()


def test_whoever_is_found_before_holding_makes_another(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between making a folder and holding it somebody else may come by and find it abandoned."""
    flock = fcntl.flock
    held: list[int] = []

    def late(fd: int, operation: int) -> None:
        if not held:
            held.append(fd)
            remove_abandoned()
        flock(fd, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with private_folder("made") as folder:
        assert folder.is_dir()
        assert list(temporary.iterdir()) == [folder], "the first is gone"
    assert held
    assert not any(temporary.iterdir())


def test_a_word_that_nobody_would_clean_up_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="would not be found"), private_folder("other"):
        pass
