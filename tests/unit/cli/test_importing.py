"""`assay problem import`: packages of every format, into a data folder and to a server."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
import io
import json
from pathlib import Path
import tarfile
from typing import Any
import zipfile

import pytest

from assay.adapters.memory.sandbox import Ending
from assay.cli import importing, packages
from assay.errors import UsageError
from assay.problems.sources import Opening
from assay.sandbox import Command
from tests.conftest import needs_root
from tests.unit.cli.bringing import GENERATED, PAIRS, Cli, type_commands, write_files
from tests.unit.cli.pretended import SUBMISSIONS, answer, obey, write_package


def generate(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """The generator prints an input on standard output and its answer on standard error, as DMOJ's do."""
    if "gen.sh" in files:
        return Ending(stdout=b"7\n", stderr=b"14\n")
    return obey(command, files, stdin)


@pytest.fixture
def problem(monkeypatch: pytest.MonkeyPatch) -> Cli:
    return type_commands(monkeypatch, generate)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def listed(problem: Cli, data_dir: Path) -> dict[str, dict[str, Any]]:
    items = answer(problem("list", "--data-dir", data_dir, "--json"))["items"]
    return {item["id"]: item for item in items}


def packed(folder: Path, file: Path) -> Path:
    with tarfile.open(file, "w:gz") as archive:
        archive.add(folder, folder.name)
    return file


def test_packages_of_every_format(problem: Cli, tmp_path: Path, data_dir: Path) -> None:
    made = packed(write_files(tmp_path / "made", GENERATED), tmp_path / "made.tar.gz")
    pairs = write_files(tmp_path / "pairs", PAIRS)
    double = write_package(tmp_path / "double", SUBMISSIONS)
    result = problem("import", made, pairs, double, "--data-dir", data_dir, "--json")
    items = {item["id"]: item for item in answer(result)["items"]}
    assert {key: item["test_count"] for key, item in items.items()} == {"made": 1, "pairs": 2, "double": 2}
    assert any("limit" in each["message"] for each in items["pairs"]["warnings"])
    assert listed(problem, data_dir).keys() == items.keys()


def test_what_is_said_beside_the_package(problem: Cli, tmp_path: Path, data_dir: Path) -> None:
    pairs = write_files(tmp_path / "pairs", PAIRS)
    options = ("--format", "plain", "--id", "mine", "--time-limit-ms", "2500", "--memory-mib", "64")
    result = problem("import", pairs, *options, "--data-dir", data_dir)
    assert (result.exit_code, result.stdout.split()[0]) == (0, "mine")
    item = listed(problem, data_dir)["mine"]
    assert (item["cpu_time_ms"], item["memory_bytes"]) == (2500, 64 << 20)


def test_a_package_is_imported_whole_or_not_at_all(problem: Cli, tmp_path: Path, data_dir: Path) -> None:
    double = write_package(tmp_path / "double", SUBMISSIONS)
    broken = write_package(tmp_path / "broken", SUBMISSIONS)
    (broken / "data/secret/1.ans").unlink()
    result = problem("import", broken, double, "--data-dir", data_dir)
    assert result.exit_code == 2
    assert "double  Double" in result.stdout
    assert f"{broken} was not imported" in result.stderr
    assert "data/secret/1" in result.stderr
    assert listed(problem, data_dir).keys() == {"double"}
    errors = json.loads(problem("import", broken, "--data-dir", data_dir, "--json").stdout)["errors"]
    assert errors[0]["findings"][0]["path"].startswith("data/secret/1")


def test_without_a_sandbox_what_is_to_be_made_is_named(
    monkeypatch: pytest.MonkeyPatch, problem: Cli, tmp_path: Path, data_dir: Path
) -> None:
    monkeypatch.setattr(packages, "is_sandbox_needed", lambda _: False)  # as for an ordinary user
    made = write_files(tmp_path / "made", GENERATED)
    result = problem("import", made, "--data-dir", data_dir)
    assert result.exit_code == 2
    assert "still to be made: an input by gen.sh 7" in result.stderr
    assert "run this as root" in result.stderr
    assert listed(problem, data_dir) == {}


@needs_root
def test_whoever_looks_says_whether_there_is_something_to_make(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    made, pairs = write_files(tmp_path / "made", GENERATED), write_files(tmp_path / "pairs", PAIRS)
    for places, is_needed in (((pairs, made), True), ((pairs,), False), ((tmp_path / "nowhere",), False)):
        wanted = packages.Wanted(places=places, opening=Opening(cpu_time_ms=1000, memory_bytes=1 << 26))
        assert packages.is_sandbox_needed(wanted) is is_needed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--id", "a b"), "an id is of letters"),
        (("--id", ".."), "an id is of letters"),
        (("--data-dir", "x", "--server", "http://127.0.0.1:9"), "not both"),
    ],
)
def test_a_wrong_command_line(problem: Cli, tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    error = problem("import", tmp_path, *options).exception
    assert isinstance(error, UsageError)
    assert words in error.message


def test_one_id_is_not_for_several(problem: Cli, tmp_path: Path) -> None:
    error = problem("import", tmp_path, tmp_path, "--id", "a").exception
    assert isinstance(error, UsageError)


# --- to a server ------------------------------------------------------------------------------------------


class PretendedServer:
    """Remembers what is uploaded."""

    def __init__(self) -> None:
        self.uploads: list[tuple[bytes, str, Mapping[str, str] | None]] = []

    def import_package(
        self, archive: bytes, *, short_name: str, wishes: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        self.uploads.append((archive, short_name, wishes))
        return {"id": short_name, "name": "Name", "test_count": 2}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> PretendedServer:
    pretended = PretendedServer()

    @contextmanager
    def connect(_: str) -> Iterator[PretendedServer]:
        yield pretended

    monkeypatch.setattr(importing, "connect", connect)
    return pretended


def test_what_goes_to_a_server(problem: Cli, tmp_path: Path, server: PretendedServer) -> None:
    """Links become what they lead to, modes stay, hidden files stay at home; tar becomes zip."""
    double = write_package(tmp_path / "double", SUBMISSIONS)
    (double / "data/secret/2.in").symlink_to("1.in")
    (double / "data/secret/2.ans").symlink_to("1.ans")
    (double / ".git").mkdir()
    (double / ".git/config").write_text("mine")
    (double / "submissions/accepted/right.sh").chmod(0o755)
    result = problem("import", packed(double, tmp_path / "d.tgz"), "--server", "http://127.0.0.1:9")
    assert result.stdout == "double  Name  (2 tests)\n"
    [(content, short_name, wishes)] = server.uploads
    assert (short_name, wishes) == ("double", {"format": "auto"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("double/data/secret/2.in") == b"2\n"
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
    assert modes["double/submissions/accepted/right.sh"] == 0o755
    assert modes["double/problem.yaml"] == 0o644
    assert not [name for name in modes if ".git" in name]


def test_wishes_go_with_it(problem: Cli, tmp_path: Path, server: PretendedServer) -> None:
    pairs = write_files(tmp_path / "pairs", PAIRS)
    options = ("--format", "plain", "--id", "mine", "--time-limit-ms", "2500", "--memory-mib", "64")
    assert problem("import", pairs, *options, "--server", "http://127.0.0.1:9").exit_code == 0
    [(_, short_name, wishes)] = server.uploads
    assert short_name == "mine"
    assert wishes == {"format": "plain", "time_limit_ms": "2500", "memory_mib": "64"}


def test_nothing_incomplete_or_broken_travels(problem: Cli, tmp_path: Path, server: PretendedServer) -> None:
    made = write_files(tmp_path / "made", GENERATED)
    broken = write_package(tmp_path / "broken", SUBMISSIONS)
    (broken / "data/secret/1.ans").unlink()
    result = problem("import", made, broken, "--server", "http://127.0.0.1:9")
    assert result.exit_code == 2
    assert "'assay problem export'" in result.stderr
    assert f"{broken} was not imported" in result.stderr
    assert server.uploads == []
