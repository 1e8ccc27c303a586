"""What is exported is read back as it was, or what differs is told."""

from dataclasses import replace
import hashlib
from pathlib import Path
import stat

import pytest

from assay.domain.grading import Aggregation
from assay.domain.jury import DataRef, JuryFile
from assay.domain.limits import BYTES_PER_MIB, Limits
from assay.domain.problem import (
    About,
    Credit,
    FileWriting,
    Included,
    OutputComparison,
    Problem,
    ShownSample,
    TestCase,
)
from assay.problems.codec import version_of
from assay.problems.export import export_package
from assay.problems.package import UNMADE, PackageFormat
from assay.problems.polygon import read_polygon
from assay.problems.reading import read_package
from tests.unit.problems import foreign, test_dmoj, test_polygon
from tests.unit.problems.exports import BOTH, LANGUAGES, export, losses_of, package_of
from tests.unit.problems.packages import LEGACY, STANDARD, Files, make


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("written", "dialect", "read_as"),
    [
        (FileWriting.NO, PackageFormat.STANDARD_2025_09, FileWriting.NO),
        (FileWriting.YES, PackageFormat.STANDARD_2025_09, FileWriting.YES),
        (FileWriting.SCRATCH, PackageFormat.STANDARD_2025_09, FileWriting.YES),
        (FileWriting.YES, PackageFormat.LEGACY, FileWriting.SCRATCH),
    ],
)
def test_whether_programs_may_write_files_is_kept_or_told(
    tmp_path: Path, written: FileWriting, dialect: PackageFormat, read_as: FileWriting
) -> None:
    package = read_package(make(tmp_path, STANDARD), languages=LANGUAGES)
    package = replace(package, problem=replace(package.problem, file_writing=written))
    into, losses = export(tmp_path / "out", package, dialect)
    assert read_package(into, languages=LANGUAGES).problem.file_writing is read_as
    is_lost = written is FileWriting.YES and dialect is PackageFormat.LEGACY
    assert [loss.what for loss in losses] == ["problem.yaml: allow_file_writing"] * is_lost


@BOTH
@pytest.mark.parametrize("files", [STANDARD, LEGACY], ids=["standard", "legacy"])
def test_small_packages_go_either_way_without_loss(
    tmp_path: Path, files: Files, dialect: PackageFormat
) -> None:
    before = read_package(make(tmp_path, files), languages=LANGUAGES)
    into, losses = export(tmp_path / "out", before, dialect)
    assert losses == ()
    after = read_package(into, languages=LANGUAGES)
    assert after.format is dialect
    # 2025-09 alone says whether programs may write files: beside that it is the same problem
    same = replace(after.problem, file_writing=before.problem.file_writing)
    assert version_of(same, lambda ref: sha256_of(into / ref)) == before.problem.version
    assert [each.path for each in after.submissions] == [each.path for each in before.submissions]


@BOTH
def test_a_polygon_package_brings_its_programs_behind_a_script(
    tmp_path: Path, dialect: PackageFormat
) -> None:
    into, losses = losses_of(tmp_path, test_polygon.FILES, dialect)
    place = "output_validators/check" if dialect is PackageFormat.LEGACY else "output_validator"
    assert losses["checker files/check.cpp"].startswith(f"speaks testlib; {place}/run calls it")
    for script in ("build", "run"):
        assert (into / place / script).stat().st_mode & stat.S_IXUSR
    assert (into / place / "src-checker/testlib.h").read_text() == foreign.TESTLIB
    reread = read_package(into, languages=LANGUAGES)
    assert reread.problem.validation is not None
    assert reread.problem.validation.checkers[0].language_id is None
    by_file = {each.path: " ".join(each.expected) for each in reread.submissions}
    assert by_file == {"submissions/accepted/main.cpp": "AC", "submissions/mixed/slow.py": "AC TLE"}
    assert dict(reread.problem.names) == {"en": "Double", "es": "Doppelt"}


def test_groups_of_polygon_are_groups_of_2025_09(tmp_path: Path) -> None:
    files: Files = {**test_polygon.FILES, **test_polygon.GRADED}
    into, losses = losses_of(tmp_path, files, PackageFormat.STANDARD_2025_09)
    grading = read_package(into, languages=LANGUAGES).problem.grading
    assert grading is not None
    groups = {group.name: group for group in grading.groups()}
    assert groups["secret/02-b"].requires == ("sample",)  # and not a, which does not pass or fail
    assert groups["secret/02-b"].max_score == 30
    assert "data/secret/02-b: require_pass" in losses
    assert "1 tests beside groups" in losses


@BOTH
def test_tests_of_different_worth_keep_it(tmp_path: Path, dialect: PackageFormat) -> None:
    case = "{in: 1.in, out: 1.out, points: %d}"
    init = f"test_cases: [{', '.join(case % points for points in (30, 30, 10, 30))}]\n"
    into, losses = losses_of(tmp_path, {**test_dmoj.BASIC, "init.yml": init}, dialect)
    problem = read_package(into, languages=LANGUAGES).problem
    assert [test.accept_score for test in problem.tests] == [30, 30, 10, 30]
    assert problem.grading is not None
    assert [len(tuple(group.tests())) for group in problem.grading.groups()] == [4, 4, 2, 1, 1]
    assert all(
        group.aggregation is Aggregation.SUM and not group.stops_at_rejection
        for group in problem.grading.groups()
    )
    assert "4 tests of different worth" in losses
    assert not any("accept_score" in what for what in losses)


@BOTH
def test_a_python_checker_of_dmoj_goes_with_what_it_needs(tmp_path: Path, dialect: PackageFormat) -> None:
    init = "checker: check.py\ntest_cases: [{in: 1.in, out: 1.out, points: 5}]\n"
    check = "def check(process_output, judge_output, **kwargs):\n    return True\n"
    files: Files = {**test_dmoj.BASIC, "init.yml": init, "check.py": check}
    into, losses = losses_of(tmp_path, files, dialect)
    place = next(into.glob("output_validator*/**/dmoj/run.py")).parent.parent
    assert (place / "check.py").read_text() == check
    is_told = any("only right outputs have points" in why for why in losses.values())
    assert is_told is (dialect is not PackageFormat.LEGACY)


def test_batches_that_others_need_pass_or_fail(tmp_path: Path) -> None:
    init = (
        "test_cases:\n"
        "- {points: 10, batched: [{in: 1.in, out: 1.out}, {in: 1.in, out: 1.out}]}\n"
        "- {points: 20, batched: [{in: 1.in, out: 1.out}], dependencies: [1]}\n"
    )
    files: Files = {**test_dmoj.BASIC, "init.yml": init}
    into, losses = losses_of(tmp_path, files, PackageFormat.STANDARD_2025_09)
    grading = read_package(into, languages=LANGUAGES).problem.grading
    assert grading is not None
    first, second = [group for group in grading.groups() if "batch" in group.name]
    assert (first.aggregation, second.aggregation) == (Aggregation.PASS_FAIL, Aggregation.MIN)
    assert second.requires == (first.name,)
    assert not any("require_pass" in what for what in losses)


def test_what_cannot_be_carried_is_told(tmp_path: Path) -> None:
    problem = package_of(_rich_problem())
    _, losses = export(tmp_path, problem, PackageFormat.LEGACY)
    told = {loss.what for loss in losses}
    for what in (
        "data/secret/1: args",
        "data/secret/1: files",
        "data/secret/1: full_feedback",
        "data/secret/1: what is shown",
        "problem.yaml: languages",
        "problem.yaml: version",
        "problem.yaml: embargo_until",
        "problem.yaml: credits",
        "limits.memory",
        "include for lua",
        "tests: args",
        "languages",
    ):
        assert what in told, (what, told)


def _rich_problem() -> Problem:
    test = TestCase(
        name="secret/1",
        input=DataRef("1"),
        answer=DataRef("1"),
        is_sample=False,
        comparison=OutputComparison(),
        args=("a",),
        files=(JuryFile(name="f", content=DataRef("f")),),
        full_feedback=True,
        shown=ShownSample(input=DataRef("a"), input_download=DataRef("b")),
    )
    limits = Limits(
        cpu_time_ms=1,
        memory_bytes=BYTES_PER_MIB + 1,
        output_bytes=BYTES_PER_MIB,
        source_bytes=1024,
        compile_time_ms=1000,
        compile_memory_bytes=BYTES_PER_MIB,
    )
    return Problem(
        id="rich",
        version=UNMADE,
        name="Rich",
        limits=limits,
        tests=(test,),
        statements=(),
        languages=("lua",),
        included=(
            Included(
                language_id="lua", files=(JuryFile(name="a.lua", content=DataRef("a")),), prefix="-- a\n"
            ),
        ),
        about=About(
            revision="2", embargo_until="2030-01-01", credits=(Credit(role="testers", name="Somebody"),)
        ),
    )


def test_an_incomplete_package_is_not_exported(tmp_path: Path) -> None:
    files: Files = {**test_polygon.FILES, "tests/03": None}
    package = foreign.read(read_polygon, tmp_path, files)
    with pytest.raises(ValueError, match="not complete"):
        export_package(package, tmp_path, dialect=PackageFormat.LEGACY, languages=LANGUAGES)
