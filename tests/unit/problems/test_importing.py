"""A package goes into the store whole or not at all."""

from datetime import UTC, datetime
import hashlib
import os
from pathlib import Path

import pytest

from assay.domain.problem import DataRef, Problem
from assay.errors import PackageInvalid
from assay.problems.folder import PackageData
from assay.problems.importing import import_package
from assay.problems.ports import ProblemSummary
from assay.problems.reading import read_package
from tests.unit.problems.packages import STANDARD, make

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Blobs:
    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def put(self, content: int | bytes) -> DataRef:
        if isinstance(content, int):
            with os.fdopen(os.dup(content), "rb") as file:
                content = file.read()
        ref = hashlib.sha256(content).hexdigest()
        self.contents[ref] = content
        return DataRef(ref)

    def open(self, ref: DataRef) -> int:
        raise FileNotFoundError(ref)


class Catalogue:
    def __init__(self) -> None:
        self.recorded: list[tuple[Problem, datetime]] = []

    async def record(self, problem: Problem, *, at: datetime) -> None:
        self.recorded.append((problem, at))

    async def current(self, problem_id: str) -> Problem | None:
        return self.recorded[-1][0] if self.recorded and self.recorded[-1][0].id == problem_id else None

    async def version(self, problem_id: str, version: str) -> Problem | None:
        raise NotImplementedError

    async def page(self, *, after: str | None, limit: int) -> tuple[list[ProblemSummary], str | None]:
        raise NotImplementedError


async def test_an_import_puts_every_file_and_records_the_problem(tmp_path: Path) -> None:
    package = read_package(make(tmp_path, STANDARD))
    blobs, catalogue = Blobs(), Catalogue()
    problem = await import_package(package, blobs=blobs, catalogue=catalogue, now=NOW)
    assert catalogue.recorded == [(problem, NOW)]
    assert problem.version == package.problem.version
    assert [(blobs.contents[test.input], blobs.contents[test.answer]) for test in problem.tests] == [
        (b"1\n", b"2\n"),
        (b"5\n", b"10\n"),
    ]


async def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    package = read_package(make(tmp_path, STANDARD))
    blobs, catalogue = Blobs(), Catalogue()
    for _ in range(2):
        await import_package(package, blobs=blobs, catalogue=catalogue, now=NOW)
    assert len(catalogue.recorded) == 1


async def test_a_new_statement_of_the_same_version_is_recorded(tmp_path: Path) -> None:
    blobs, catalogue = Blobs(), Catalogue()
    await import_package(
        read_package(make(tmp_path / "a", STANDARD)), blobs=blobs, catalogue=catalogue, now=NOW
    )
    changed = read_package(make(tmp_path / "b", STANDARD, {"statement/problem.en.md": "Better words.\n"}))
    problem = await import_package(changed, blobs=blobs, catalogue=catalogue, now=NOW)
    assert problem.statements[0].text == "Better words.\n"
    assert [each.version for each, _ in catalogue.recorded] == [problem.version] * 2


async def test_a_file_that_changes_meanwhile_is_noticed(tmp_path: Path) -> None:
    package = read_package(make(tmp_path, STANDARD))
    (package.path / "data/secret/01.ans").write_text("11\n")
    catalogue = Catalogue()
    with pytest.raises(PackageInvalid, match="changed while it was being imported"):
        await import_package(package, blobs=Blobs(), catalogue=catalogue, now=NOW)
    assert catalogue.recorded == []


async def test_a_file_that_becomes_a_link_is_not_followed(tmp_path: Path) -> None:
    package = read_package(make(tmp_path, STANDARD))
    (package.path / "data/secret/01.in").unlink()
    (package.path / "data/secret/01.in").symlink_to("/etc/passwd")
    blobs, catalogue = Blobs(), Catalogue()
    with pytest.raises(OSError, match="leads out of the package"):
        await import_package(package, blobs=blobs, catalogue=catalogue, now=NOW)
    assert catalogue.recorded == []
    assert not any(b"root:" in content for content in blobs.contents.values())


@pytest.mark.parametrize(
    "ref",
    [
        "../secret.txt",
        "/etc/passwd",
        "data/../../secret.txt",
        "data//secret/01.in",
        "",
        ".",
        "data/secret",
        "folder/x",
        "gone",
    ],
)
def test_package_data_opens_nothing_else(tmp_path: Path, ref: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    package = make(tmp_path, STANDARD)
    (package / "folder").symlink_to(tmp_path)
    with pytest.raises(OSError, match=r".+"):
        PackageData(package).open(DataRef(ref))


def test_package_data_opens_a_test_file_and_leaks_no_descriptor(tmp_path: Path) -> None:
    data = PackageData(make(tmp_path, STANDARD))
    before = len(list(Path("/proc/self/fd").iterdir()))
    fd = data.open(DataRef("data/secret/01.in"))
    assert os.read(fd, 100) == b"5\n"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.write(fd, b"x")
    os.close(fd)
    for ref in ("data/secret", "gone/x", "../x"):
        with pytest.raises(OSError, match=r".+"):
            data.open(DataRef(ref))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
