"""Packages of any format, in folders and archives: told apart by what is in them."""

import io
from pathlib import Path
import tarfile
import zipfile

import pytest

from assay.errors import PackageInvalid
from assay.problems.package import PackageFormat
from assay.problems.sources import Opening, SourceFormat, check_complete, opened
from tests.unit.problems import foreign, test_dmoj, test_polygon
from tests.unit.problems.packages import LEGACY, STANDARD, Files

PLAIN: Files = {"1.in": "1\n", "1.out": "2\n"}
SOURCES: dict[str, tuple[Files, PackageFormat]] = {
    "standard": (STANDARD, PackageFormat.STANDARD_2025_09),
    "legacy": (LEGACY, PackageFormat.LEGACY),
    "polygon": (test_polygon.FILES, PackageFormat.POLYGON),
    "dmoj": (test_dmoj.BASIC, PackageFormat.DMOJ),
    "plain": (PLAIN, PackageFormat.PLAIN),
}


def zip_of(folder: Path, target: Path, *, top: str) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{top}{path.relative_to(folder)}")
    return target


def tar_of(folder: Path, target: Path, *, top: str) -> Path:
    with tarfile.open(target, "w:xz") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.add(path, f"{top}{path.relative_to(folder)}")
    return target


@pytest.mark.parametrize("pack", ["folder", "zip", "tar.xz"])
@pytest.mark.parametrize(("files", "package_format"), SOURCES.values(), ids=SOURCES.keys())
def test_each_format_is_found_out_in_a_folder_and_in_an_archive(
    tmp_path: Path, files: Files, package_format: PackageFormat, pack: str
) -> None:
    source = foreign.write(tmp_path / "double", files)
    if pack == "zip":
        source = zip_of(source, tmp_path / "any.zip", top="double/")
    elif pack == "tar.xz":
        source = tar_of(source, tmp_path / "any.tar.xz", top="double/")
    with opened(source) as package:
        assert package.format is package_format
        assert package.problem.id == "double"
        assert package.path == source
        with open(package.files.open(package.problem.tests[0].input), "rb") as file:  # noqa: PTH123  a descriptor
            assert file.read(1) == b"1"


def test_an_archive_without_a_folder_gives_its_own_name(tmp_path: Path) -> None:
    folder = foreign.write(tmp_path / "x", STANDARD)
    archive = zip_of(folder, tmp_path / "double.zip", top="")
    with opened(archive) as package:
        assert package.problem.id == "double"


@pytest.mark.parametrize("files", [STANDARD, test_polygon.FILES, PLAIN])
def test_the_id_may_be_given(tmp_path: Path, files: Files) -> None:
    folder = foreign.write(tmp_path / "double", files)
    with opened(folder, opening=Opening(problem_id="other")) as package:
        assert package.problem.id == "other"
    with opened(zip_of(folder, tmp_path / "a.zip", top="d/"), opening=Opening(problem_id="other")) as package:
        assert package.problem.id == "other"


def refusal_of(path: Path, opening: Opening | None = None) -> str:
    with pytest.raises(PackageInvalid) as refused, opened(path, opening=opening):
        pass
    return str(refused.value)


def test_what_is_no_package_or_more_than_one_is_refused(tmp_path: Path) -> None:
    assert "is no package" in refusal_of(foreign.write(tmp_path / "a", {"x.txt": ""}))
    both = foreign.write(tmp_path / "b", {**STANDARD, "problem.xml": "<problem/>"})
    assert "has problem.yaml and problem.xml; say with --format" in refusal_of(both)
    with opened(both, opening=Opening(format=SourceFormat.ICPC)) as package:
        assert package.format is PackageFormat.STANDARD_2025_09
    assert "No such file" in refusal_of(tmp_path / "gone")
    (tmp_path / "text").write_text("hello")
    assert "neither a folder nor a zip or tar file" in refusal_of(tmp_path / "text")


def test_a_format_that_is_said_is_read_whatever_is_there(tmp_path: Path) -> None:
    folder = foreign.write(tmp_path / "a", STANDARD)
    assert "init.yml: is missing" in refusal_of(folder, Opening(format=SourceFormat.DMOJ))
    assert "problem.xml: is missing" in refusal_of(folder, Opening(format=SourceFormat.POLYGON))


def test_a_broken_package_in_an_archive_is_told_by_the_archives_name(tmp_path: Path) -> None:
    folder = foreign.write(tmp_path / "double", {**STANDARD, "problem.yaml": "["})
    told = refusal_of(zip_of(folder, tmp_path / "a.zip", top="double/"))
    assert told.startswith(f"{tmp_path / 'a.zip'}: problem.yaml:")


def test_hostile_archives_are_refused_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "private"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "private").mkdir()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("problem.yaml", "name: x")
        archive.writestr("../evil", "x")
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    assert "not plain" in refusal_of(tmp_path / "a.zip")
    assert list((tmp_path / "private").iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_limits_are_not_for_packages_that_give_theirs(tmp_path: Path) -> None:
    folder = foreign.write(tmp_path / "double", STANDARD)
    assert "gives its limits" in refusal_of(folder, Opening(cpu_time_ms=100))
    with opened(foreign.write(tmp_path / "p", PLAIN), opening=Opening(cpu_time_ms=100)) as package:
        assert package.problem.limits.cpu_time_ms == 100


def test_what_is_still_to_be_made_is_named(tmp_path: Path) -> None:
    files: Files = {**test_polygon.FILES, "tests/03": None, "tests/03.a": None}
    with (
        opened(foreign.write(tmp_path / "double", files)) as package,
        pytest.raises(PackageInvalid) as refused,
    ):
        check_complete(package)
    assert "an input by files/gen.cpp 5 a b; the answer to //tests/3.in by solutions/main.cpp" in str(
        refused.value
    )
    with opened(foreign.write(tmp_path / "whole", test_polygon.FILES)) as package:
        check_complete(package)
