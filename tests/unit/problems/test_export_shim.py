"""The script that speaks for checkers and interactors of other dialects; here they are shell scripts."""

from pathlib import Path
import subprocess
import sys

import pytest

from assay.problems.export import shim
from assay.problems.export.shim import ACCEPTED, WRONG


class Shim:
    """A folder with the shim and a program of the setter's that is a shell script."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "shim.py").write_bytes(Path(shim.__file__).read_bytes())
        for name, content in (("in", "IN"), ("ans", "ANS")):
            (folder / name).write_text(content)
        self.feedback = folder / "feedback"
        self.feedback.mkdir()

    def program(self, name: str, script: str) -> None:
        (self.folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.folder / name).chmod(0o755)

    def run(
        self, role: str, dialect: str, *, scored: str = "1", said: str = "OUT"
    ) -> subprocess.CompletedProcess[str]:
        paths = [f"{self.folder}/in", f"{self.folder}/ans", f"{self.feedback}/", "extra"]
        command = [sys.executable, f"{self.folder}/shim.py", role, dialect, scored]
        return subprocess.run(
            command if role == "validator" else command + paths,
            input=said,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def file(self, name: str) -> str | None:
        path = self.feedback / name
        return path.read_text() if path.exists() else None


@pytest.mark.parametrize(
    ("dialect", "script", "code", "files"),
    [
        (
            "testlib",
            'echo "$(cat $1 $2 $3) $4" >&2; exit 0',
            ACCEPTED,
            {"judgemessage.txt": "INOUTANS extra\n"},
        ),
        ("testlib", "exit 1", WRONG, {}),
        ("testlib", "exit 2", WRONG, {}),
        ("testlib", "exit 8", WRONG, {}),
        ("testlib", "exit 3", 1, {}),
        ("testlib", "kill -9 $$", 1, {}),
        ("testlib", 'echo "points 2.5 well" >&2; exit 7', ACCEPTED, {"score.txt": "2.5\n"}),
        ("testlib", 'echo "points 0" >&2; exit 7', WRONG, {"score.txt": None}),
        ("testlib", "exit 7", 1, {"score.txt": None}),
        (
            "testlib",
            'echo "partially correct (40) x" >&2; exit 56',
            ACCEPTED,
            {"score_multiplier.txt": "0.4\n"},
        ),
        ("dmoj", 'exec test "$(cat $1 $2 $3)" = INOUTANS', ACCEPTED, {}),
        ("dmoj", "exit 1", WRONG, {}),
        ("dmoj", "exit 2", 1, {}),
        ("coci", 'echo "partial 1/4" >&2; exit 7', ACCEPTED, {"score_multiplier.txt": "0.25\n"}),
        ("coci", 'echo "partial 1/0" >&2; exit 7', 1, {}),
        ("coci", 'echo "partial 5/4" >&2; exit 7', 1, {}),
        (
            "coci",
            'echo words >&2; echo "partial 0/4" >&2; exit 7',
            ACCEPTED,
            {"score_multiplier.txt": "0.0\n"},
        ),
        (
            "peg",
            'test "$(cat $1 $2 $3)" = ANSOUTIN && echo 3 && echo 4',
            ACCEPTED,
            {"score_multiplier.txt": "0.75\n"},
        ),
        ("peg", "exit 1", WRONG, {}),
        ("peg", "exit 2", 1, {}),
    ],
)
def test_the_shim_speaks_for_checkers(
    tmp_path: Path, dialect: str, script: str, code: int, files: dict[str, str | None]
) -> None:
    folder = Shim(tmp_path)
    folder.program("checker", script)
    done = folder.run("checker", dialect)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert {name: folder.file(name) for name in files} == files
    assert folder.file("team_output") is None


def test_points_are_not_told_where_none_count(tmp_path: Path) -> None:
    folder = Shim(tmp_path)
    folder.program("checker", 'echo "points 3" >&2; exit 7')
    assert folder.run("checker", "testlib", scored="0").returncode == ACCEPTED
    assert folder.file("score.txt") is None


@pytest.mark.parametrize(("log", "code"), [("good", ACCEPTED), ("bad", WRONG)])
def test_the_shim_lets_the_checker_judge_what_the_interactor_wrote(
    tmp_path: Path, log: str, code: int
) -> None:
    folder = Shim(tmp_path)
    folder.program("interactor", f'read line; echo "got $line $4"; echo {log} > $2')
    folder.program("checker", 'test "$(cat $2)" = good')
    done = folder.run("interactor", "testlib", said="word\n")
    assert (done.returncode, done.stdout) == (code, "got word extra\n")


def test_the_shim_speaks_for_other_interactors_and_validators(tmp_path: Path) -> None:
    folder = Shim(tmp_path)
    folder.program("interactor", 'test "$(cat $1 $2)" = INANS')
    assert folder.run("interactor", "dmoj").returncode == ACCEPTED
    folder.program("validator", "read line; test $line = 1")
    assert folder.run("validator", "testlib", said="1\n").returncode == ACCEPTED
    assert folder.run("validator", "testlib", said="2\n").returncode == WRONG


def test_paths_may_be_those_of_open_files(tmp_path: Path) -> None:
    """As in the sandbox, where a validator is handed its files open."""
    shimmed = Shim(tmp_path)
    shimmed.program("checker", 'test "$(cat $1 $2 $3)" = INOUTANS')
    with (tmp_path / "in").open("rb") as input_file, (tmp_path / "ans").open("rb") as answer:
        fds = (input_file.fileno(), answer.fileno())
        done = subprocess.run(
            [sys.executable, f"{tmp_path}/shim.py", "checker", "testlib", "0"]
            + [f"/proc/self/fd/{fd}" for fd in fds]
            + [f"{shimmed.feedback}/"],
            input=b"OUT",
            pass_fds=fds,
            timeout=60,
            check=False,
        )
    assert done.returncode == ACCEPTED
