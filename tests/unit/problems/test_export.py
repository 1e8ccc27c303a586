"""What is exported is read back as it was, or what differs is told."""

from collections.abc import Callable
from dataclasses import replace
import hashlib
import os
from pathlib import Path
import stat
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import pytest

from assay.domain.grading import Aggregation, GroupVerdict, Scored, Scoring, TestGroup
from assay.domain.jury import DataRef, JuryFile, JuryProgram, Validation, ValidationLimits
from assay.domain.limits import Limits
from assay.domain.problem import (
    About,
    Credit,
    FileWriting,
    Included,
    OutputComparison,
    Problem,
    ShownSample,
    Source,
    Statement,
    StatementFormat,
    TestCase,
)
from assay.problems.codec import version_of
from assay.problems.export import Loss, export_package
from assay.problems.package import UNMADE, Package, PackageFormat
from assay.problems.polygon import read_polygon
from assay.problems.reading import read_package
from assay.problems.sources import opened
from tests.unit.problems import foreign, test_dmoj, test_polygon
from tests.unit.problems.packages import LEGACY, STANDARD, Files, make

LANGUAGES = foreign.languages()
MIB = 1 << 20
BOTH = pytest.mark.parametrize("dialect", [PackageFormat.STANDARD_2025_09, PackageFormat.LEGACY])


class Contents:
    """Files that are nothing but their names: each holds its own."""

    def open(self, ref: DataRef) -> int:
        fd = os.memfd_create("content")
        os.write(fd, ref.encode())
        os.lseek(fd, 0, os.SEEK_SET)
        return fd


def text(**bounds: int) -> st.SearchStrategy[str]:
    return st.text("abc 'é:#-{}0!", min_size=1, max_size=12, **bounds).map(str.strip).filter(bool)


def optional(strategy: st.SearchStrategy[Any], default: object) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(default), strategy)


WORDS = st.text("abcxyz_019", min_size=1, max_size=6)
REFS = st.text("abc \n1", max_size=8).map(lambda content: DataRef(f"{content}\n"))
TOLERANCE = optional(st.sampled_from([0.5, 1e-6, 0.1]), None)
COMPARISONS = st.builds(
    OutputComparison,
    case_sensitive=st.booleans(),
    space_change_sensitive=st.booleans(),
    float_absolute_tolerance=TOLERANCE,
    float_relative_tolerance=TOLERANCE,
)
LIMITS = st.builds(
    Limits,
    cpu_time_ms=st.sampled_from([1, 500, 1000, 2500]),
    memory_bytes=st.sampled_from([MIB, 256 * MIB]),
    output_bytes=st.just(8 * MIB),
    source_bytes=st.just(64 << 10),
    compile_time_ms=st.sampled_from([1000, 60_000]),
    compile_memory_bytes=st.just(2048 * MIB),
)
VALIDATION_LIMITS = st.builds(
    ValidationLimits,
    cpu_time_ms=st.just(9000),
    memory_bytes=st.sampled_from([MIB, 64 * MIB]),
    output_bytes=st.just(8 * MIB),
)
PROGRAM = JuryProgram(
    name="any",
    files=(JuryFile(name="any.py", content=DataRef("print(1)\n")),),
    language_id="python3",
    main="any.py",
)
FILES_OF_TWO = (
    JuryFile(name="__main__.py", content=DataRef("import b\n")),
    JuryFile(name="b.py", content=DataRef("b = 1\n")),
)
PROGRAMS = st.sampled_from([PROGRAM, replace(PROGRAM, files=FILES_OF_TWO, main="__main__.py")])
INCLUDED = Included(language_id="lua", files=(JuryFile(name="a.lua", content=DataRef("a")),))
SHOWN = st.sampled_from(
    [
        None,
        ShownSample(interaction=DataRef("<1\n"), input_download=DataRef("i"), output_download=DataRef("o")),
        ShownSample(input=DataRef("a"), input_download=DataRef("b")),
        ShownSample(output=DataRef("a"), output_download=DataRef("b")),
    ]
)


@st.composite
def standard_tests(draw: st.DrawFn, names: list[str], validation: Validation | None) -> list[TestCase]:
    common = draw(COMPARISONS)
    same = draw(st.booleans())
    tests = []
    for name in names:
        is_sample = name.startswith("sample/")
        is_default = validation is None
        tests.append(
            TestCase(
                name=name,
                input=draw(REFS),
                answer=draw(REFS),
                is_sample=is_sample,
                comparison=(common if same else draw(COMPARISONS)) if is_default else OutputComparison(),
                args=draw(optional(st.tuples(text(), text()), ())),
                validator_args=() if is_default else draw(optional(st.tuples(text()), ())),
                files=draw(optional(st.just((JuryFile(name="x/in.txt", content=DataRef("1")),)), ())),
                full_feedback=draw(st.booleans()),
                hint=draw(optional(text(), "")),
                description=draw(optional(text(), "")),
                shown=draw(SHOWN),
            )
        )
    return tests


@st.composite
def abouts(draw: st.DrawFn) -> About:
    roles = st.sampled_from(["authors", "testers", "packagers"])
    people = st.builds(Credit, role=roles, name=text(), email=optional(st.just("a@b.example"), ""))
    found = draw(st.lists(people, max_size=3))
    return About(
        uuid="3f0c1f0e-6a5b-4b0e-9a52-8d2e6f2b7c11",
        revision=draw(optional(text(), "")),
        credits=tuple(sorted(found, key=lambda each: ["authors", "testers", "packagers"].index(each.role))),
        sources=tuple(draw(st.lists(st.builds(Source, name=text(), url=optional(text(), "")), max_size=2))),
        license=draw(st.sampled_from(["unknown", "cc0", "cc by-sa"])),
        rights_owner=draw(optional(text(), "")),
        keywords=tuple(draw(st.lists(text(), max_size=2))),
        embargo_until=draw(optional(st.just("2030-01-31"), "")),
    )


def _samples(draw: st.DrawFn) -> list[str]:
    return [f"sample/{name}" for name in sorted(draw(st.sets(WORDS, max_size=2)))]


@st.composite
def standard_scores(draw: st.DrawFn) -> tuple[list[str], Callable[[TestCase], TestCase], dict[str, Any]]:
    """Names of tests, what scores them, and the problem's fields that go with them: a scoring problem."""
    samples = _samples(draw)
    scores: dict[str, tuple[Scored, float | None]] = dict.fromkeys(samples, (Scored.FREE, None))
    members: list[TestGroup | str] = []
    names: list[str] = []
    passed: list[str] = ["sample"] if samples else []
    words = sorted(draw(st.sets(WORDS, min_size=1, max_size=3)))
    aggregation = draw(st.sampled_from([Aggregation.SUM, Aggregation.MIN]))
    for word in words:
        inside = [f"secret/{word}/{each}" for each in sorted(draw(st.sets(WORDS, min_size=1, max_size=3)))]
        kind = draw(st.sampled_from([Aggregation.PASS_FAIL, Aggregation.SUM, Aggregation.MIN]))
        points = float(draw(st.integers(0, 50)))
        share = points / len(inside) if kind is Aggregation.SUM else points
        is_whole = kind is Aggregation.PASS_FAIL
        scores |= dict.fromkeys(inside, (Scored.NO, None) if is_whole else (Scored.BOUNDED, share))
        members.append(
            TestGroup(
                name=f"secret/{word}",
                members=tuple(inside),
                aggregation=kind,
                stops_at_rejection=kind is not Aggregation.SUM,
                requires=tuple(draw(st.lists(st.sampled_from(passed), unique=True))) if passed else (),
                max_score=points,
            )
        )
        if is_whole:
            passed.append(f"secret/{word}")
        names += inside
    points_of = [each.max_score or 0.0 for each in members if isinstance(each, TestGroup)]
    total = sum(points_of) if aggregation is Aggregation.SUM else min(points_of)
    secret = TestGroup(
        name="secret",
        members=tuple(members),
        aggregation=aggregation,
        stops_at_rejection=aggregation is not Aggregation.SUM,
        max_score=total,
    )
    sample = TestGroup(name="sample", members=tuple(samples), counts=False)
    root = TestGroup(
        name="",
        members=(sample, secret) if samples else (secret,),
        aggregation=Aggregation.SUM,
        stops_at_rejection=False,
        max_score=total,
    )

    def score(test: TestCase) -> TestCase:
        scored, points = scores[test.name]
        return replace(test, scored=scored, accept_score=points)

    return [*samples, *names], score, {"grading": root, "scoring": Scoring(max_score=total)}


@st.composite
def standard_problems(draw: st.DrawFn) -> Problem:
    """Any problem that 2025-09 can have."""
    fields: dict[str, Any] = {}
    names = _samples(draw)
    names += sorted(f"secret/{word}" for word in draw(st.sets(WORDS, min_size=1, max_size=3)))
    score: Callable[[TestCase], TestCase] | None = None
    if draw(st.booleans()):
        names, score, fields = draw(standard_scores())
    validation = None
    if draw(st.booleans()):
        program = draw(PROGRAMS)
        is_interactive = draw(st.booleans())
        validation = Validation(
            checkers=() if is_interactive else (program,),
            interactor=program if is_interactive else None,
            passes_max=draw(st.sampled_from([1, 2, 5])),
            limits=draw(VALIDATION_LIMITS),
        )
    tests = draw(standard_tests(names, validation))
    tags = sorted(draw(st.sets(st.sampled_from(["en", "sv", "pt-BR"]), min_size=1)))
    titles = tuple((tag, draw(text())) for tag in tags)
    return Problem(
        id="any",
        version=UNMADE,
        name=dict(titles).get("en", titles[0][1]),
        names=titles,
        limits=draw(LIMITS),
        tests=tuple(tests if score is None else map(score, tests)),
        statements=tuple(
            Statement(language=tag, format=StatementFormat.MARKDOWN, text=f"{draw(text())}\n") for tag in tags
        ),
        statement_files=draw(optional(st.just((JuryFile(name="a.png", content=DataRef("png")),)), ())),
        attachments=draw(optional(st.just((JuryFile(name="tool.py", content=DataRef("1\n")),)), ())),
        included=draw(
            optional(
                st.just(
                    (Included(language_id="lua", files=(JuryFile(name="a.lua", content=DataRef("a")),)),)
                ),
                (),
            )
        ),
        languages=draw(optional(st.sampled_from([("lua",), ("lua", "bash")]), None)),
        validation=validation,
        about=draw(abouts()),
        **fields,
    )


@st.composite
def legacy_problems(draw: st.DrawFn) -> Problem:
    """Any problem that the legacy dialect can have, with scores or without."""
    problem: Problem = draw(standard_problems())
    is_default = problem.validation is None
    common = problem.tests[0].comparison
    is_scoring = problem.scoring is not None
    worth = draw(st.sampled_from([1.0, 2.5, 10.0]))
    tests = tuple(
        replace(
            test,
            comparison=common if is_default else OutputComparison(),
            validator_args=() if is_default else ("same", "words"),
            args=(),
            files=(),
            full_feedback=test.is_sample,
            shown=_legacy_shown(problem, test),
            scored=Scored.FREE if is_scoring else Scored.NO,
            accept_score=worth if is_scoring else None,
            reject_score=0.5 if is_scoring else 0.0,
        )
        for test in problem.tests
    )
    about = replace(
        problem.about,
        revision="",
        embargo_until="",
        credits=tuple(Credit(role="authors", name=name) for name in draw(st.lists(WORDS, max_size=2))),
        sources=problem.about.sources[:1],
        keywords=tuple(draw(st.lists(WORDS, max_size=2))),
    )
    grading = problem.grading
    if grading is not None:
        grading = _as_legacy(draw, grading)
    return replace(
        problem,
        tests=tests,
        about=about,
        languages=None,
        grading=grading,
        scoring=Scoring(
            is_minimised=draw(st.booleans()), needs_acceptance=True, shows_groups=draw(st.booleans())
        )
        if is_scoring
        else None,
    )


def _legacy_shown(problem: Problem, test: TestCase) -> ShownSample | None:
    if test.shown is not None:
        return ShownSample(interaction=DataRef("<1\n"))
    is_talk = problem.validation is not None and problem.validation.interactor is not None
    return ShownSample() if is_talk and test.is_sample else None


def _as_legacy(draw: st.DrawFn, group: TestGroup) -> TestGroup:
    members = tuple(_as_legacy(draw, each) if isinstance(each, TestGroup) else each for each in group.members)
    return TestGroup(
        name=group.name,
        members=members,
        aggregation=draw(
            st.sampled_from([Aggregation.SUM, Aggregation.MIN, Aggregation.MAX, Aggregation.AVERAGE])
        ),
        verdict=draw(st.sampled_from(GroupVerdict)),
        any_accepted=draw(st.booleans()),
        stops_at_rejection=draw(st.booleans()),
        counts=group.counts,
    )


def export(root: Path, package: Package, dialect: PackageFormat) -> tuple[Path, tuple[Loss, ...]]:
    into = root / package.problem.id
    into.mkdir(parents=True)
    return into, export_package(package, into, dialect=dialect, languages=LANGUAGES)


def package_of(problem: Problem) -> Package:
    """A complete package of a problem, whose files are their names."""
    version = version_of(problem, lambda ref: hashlib.sha256(ref.encode()).hexdigest())
    return Package(
        path=Path("any"),
        format=PackageFormat.STANDARD_2025_09,
        problem=replace(problem, version=version),
        submissions=(),
        warnings=(),
        files=Contents(),
    )


def round_trip(problem: Problem, dialect: PackageFormat, folder: Path) -> None:
    into, losses = export(folder, package_of(problem), dialect)
    assert losses == ()
    reread = read_package(into, languages=LANGUAGES).problem
    assert len(reread.tests) == len(problem.tests)
    assert [test.name for test in reread.tests] == [test.name for test in problem.tests]
    assert reread.limits == problem.limits
    assert reread.grading == problem.grading
    assert reread.scoring == problem.scoring
    assert reread.about == problem.about


relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(problem=standard_problems())
def test_a_problem_of_2025_09_is_read_back_as_it_was(
    problem: Problem, tmp_path_factory: pytest.TempPathFactory
) -> None:
    round_trip(problem, PackageFormat.STANDARD_2025_09, tmp_path_factory.mktemp("x"))


@relaxed
@given(problem=legacy_problems())
def test_a_legacy_problem_is_read_back_as_it_was(
    problem: Problem, tmp_path_factory: pytest.TempPathFactory
) -> None:
    round_trip(problem, PackageFormat.LEGACY, tmp_path_factory.mktemp("x"))


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


def losses_of(tmp_path: Path, files: Files, dialect: PackageFormat) -> tuple[Path, dict[str, str]]:
    with opened(foreign.write(tmp_path / "double", files), languages=LANGUAGES) as package:
        into, losses = export(tmp_path / "out", package, dialect)
    return into, {loss.what: loss.why for loss in losses}


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
        memory_bytes=MIB + 1,
        output_bytes=MIB,
        source_bytes=1024,
        compile_time_ms=1000,
        compile_memory_bytes=MIB,
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
