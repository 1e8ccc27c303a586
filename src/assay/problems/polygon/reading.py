"""The verb: a folder with a problem.xml, as Polygon packs it, becomes a Package."""

from dataclasses import replace
from pathlib import Path

from assay.domain.grading import Scoring
from assay.domain.jury import JuryFile, JuryProgram, Validation
from assay.domain.problem import About, Problem
from assay.languages.catalogue import LanguageCatalogue
from assay.problems.conversion import VALIDATION_LIMITS, Conversion, Wishes, converting
from assay.problems.package import UNMADE, Package, PackageFormat, Report
from assay.problems.polygon.document import XML_BYTES_MAX, Element, parse_document
from assay.problems.polygon.groups import Graded, grade, read_groups
from assay.problems.polygon.programs import (
    Generators,
    read_included,
    read_program,
    read_resources,
    read_run_files,
)
from assay.problems.polygon.solutions import read_main, read_solutions
from assay.problems.polygon.statements import read_credits, read_names, read_statements, shown_sample
from assay.problems.polygon.tests import PolygonTest, Sources, read_number, read_tests
from assay.problems.polygon.validators import read_input_validators, read_validation_cases

PROBLEM_FILE = "problem.xml"
_FALLBACK_FILE = "problem.xml.polygon"  # what importers of other judges leave of it
_MILLISECONDS_MAX, _BYTES_MAX = 600_000, 64 << 30
# Programs that would have a say in a verdict: to leave them out would be to judge wrongly.
_UNSUPPORTED = {
    "scorer": "a scorer (valuer); give the tests and groups points instead",
    "arbiter": "an arbiter, which judges submissions by one another",
    "strategy": "a strategy of its own",
}


def short_name(path: Path) -> str | None:
    """What problem.xml in a folder calls the problem; None when it says nothing that can be read."""
    try:
        content = (path / PROBLEM_FILE).read_bytes()[:XML_BYTES_MAX]
    except OSError:
        return None
    problem = parse_document(PROBLEM_FILE, content, Report())
    return None if problem is None else problem.get("short-name") or None


def read_polygon(path: Path, *, workspace: Path, languages: LanguageCatalogue, wishes: Wishes) -> Package:
    """Read the package in the folder `path`; what must be made for it goes to the folder `workspace`.

    Raises PackageInvalid with every finding.
    """
    with converting(path, workspace=workspace, languages=languages, wishes=wishes) as conversion:
        problem = _document(conversion)
        conversion.fail_on_errors()
        assert problem is not None  # noqa: S101  or it was reported
        return _read(conversion, problem)


def _document(conversion: Conversion) -> Element | None:
    file = next((each for each in (PROBLEM_FILE, _FALLBACK_FILE) if each in conversion.folder.sizes), None)
    if file is None:
        conversion.report.error(PROBLEM_FILE, "is missing; every Polygon package has one")
        return None
    content = conversion.folder.read(file, bytes_max=XML_BYTES_MAX)
    problem = None if content is None else parse_document(file, content, conversion.report)
    if problem is not None and problem.tag != "problem":
        conversion.report.error(
            file, f"has {problem.tag[:40]!r} for its root, not 'problem'", line=problem.line
        )
        return None
    return problem


def _read(conversion: Conversion, problem: Element) -> Package:
    judging = problem.child("judging")
    testset = None if judging is None else _testset(conversion, judging)
    if judging is None or testset is None:
        conversion.report.error(PROBLEM_FILE, "has no <judging> with a <testset>", line=problem.line)
        conversion.fail_on_errors()
        raise AssertionError("an error was just reported")
    _check_kind(conversion, problem, judging)
    resources = read_resources(problem)
    validation = _validation(conversion, problem)
    sources = Sources(
        generator=Generators(conversion, problem).find,
        solution=read_main(conversion, problem),
        is_interactive=validation is not None and validation.interactor is not None,
    )
    tests, unmade = read_tests(conversion, testset, sources)
    graded = grade(conversion, tests, read_groups(conversion, testset))
    names = read_names(conversion, problem)
    statements, images = read_statements(conversion, problem, names)
    submissions = read_solutions(conversion, problem, graded.places)
    run_files = read_run_files(conversion, resources)
    validators = read_input_validators(conversion, problem)
    cases_of_jury = read_validation_cases(conversion, problem)
    conversion.fail_on_errors()
    cases = tuple(
        replace(
            case,
            files=_files(judging, test, run_files),
            shown=shown_sample(conversion, problem, test) if test.is_sample else None,
        )
        for test, case in zip(tests, graded.tests, strict=True)
    )
    return conversion.finish(
        Problem(
            id=conversion.wishes.problem_id,
            version=UNMADE,
            name=names.get("en") or next(iter(names.values()), conversion.wishes.problem_id),
            names=tuple(sorted(names.items())),
            limits=conversion.limits(
                cpu_time_ms=_whole(conversion, testset, "time-limit", _MILLISECONDS_MAX),
                memory_bytes=_whole(conversion, testset, "memory-limit", _BYTES_MAX),
            ),
            tests=cases,
            statements=statements,
            statement_files=images,
            validation=validation,
            grading=graded.tree,
            scoring=_scoring(graded),
            included=read_included(conversion, resources),
            about=About(
                revision=problem.get("revision"),
                credits=read_credits(conversion, problem),
                keywords=tuple(tag.get("value") for tag in problem.below("tags", "tag") if tag.get("value")),
            ),
        ),
        PackageFormat.POLYGON,
        submissions,
        unmade,
        input_validators=validators,
        validation_cases=cases_of_jury,
    )


def _testset(conversion: Conversion, judging: Element) -> Element | None:
    """The testset "tests", which is the whole; else the only other one."""
    testsets = list(judging.named("testset"))
    chosen = next((each for each in testsets if each.get("name") == "tests"), None)
    if chosen is None and len(testsets) == 1:
        return testsets[0]
    for each in testsets:
        if each is not chosen:
            message = f"the testset {each.get('name')[:40]!r} is left out: submissions are judged on 'tests'"
            conversion.report.warn(PROBLEM_FILE, message, field="testset", line=each.line)
    return chosen


def _check_kind(conversion: Conversion, problem: Element, judging: Element) -> None:
    """Refuse by name what would need another way of judging."""
    report = conversion.report

    def refuse(what: str, line: int, field: str) -> None:
        report.error(
            PROBLEM_FILE, f"the problem has {what}, which is not judged here", field=field, line=line
        )

    for tag, what in _UNSUPPORTED.items():
        for element in problem.below("assets", tag):
            refuse(what, element.line, tag)
    runs_twice = any(tag.get("value") == "run-twice" for tag in problem.below("tags", "tag"))
    if judging.get("run-count") not in ("", "1") or runs_twice:
        refuse("more than one run a test", judging.line, "run-count")
    if judging.get("treat-points-from-checker-as-percent") == "true":
        refuse("points that are percentages", judging.line, "treat-points-from-checker-as-percent")
    if judging.get("output-file") not in ("", "stdout"):
        message = "programs would write to a file; only their standard output is read"
        report.error(PROBLEM_FILE, message, field="output-file", line=judging.line)
    if "/" in judging.get("input-file"):
        report.error(PROBLEM_FILE, "must be a plain name", field="input-file", line=judging.line)


def _validation(conversion: Conversion, problem: Element) -> Validation | None:
    checker = _program(conversion, problem, "checker")
    interactor = _program(conversion, problem, "interactor")
    if checker is None and interactor is None:
        if problem.child("assets") is None or next(problem.below("assets", "checker"), None) is None:
            message = "has no checker; outputs are compared with the answers word by word"
            conversion.report.warn(PROBLEM_FILE, message, field="assets", line=problem.line)
        return None
    return Validation(
        checkers=() if checker is None else (checker,), interactor=interactor, limits=VALIDATION_LIMITS
    )


def _program(conversion: Conversion, problem: Element, tag: str) -> JuryProgram | None:
    owner = next(problem.below("assets", tag), None)
    return None if owner is None else read_program(conversion, owner, tag)


def _whole(conversion: Conversion, testset: Element, tag: str, at_most: int) -> int | None:
    element = testset.child(tag)
    if element is None or not element.text:
        return None
    text = Element(tag=tag, attributes={tag: element.text}, line=element.line)
    number = read_number(conversion, text, tag)
    if number is None:
        return None
    if not 0 < number <= at_most or not number.is_integer():
        message = f"must be a whole number, more than 0 and at most {at_most}"
        conversion.report.error(PROBLEM_FILE, message, field=tag, line=element.line)
        return None
    return int(number)


def _scoring(graded: Graded) -> Scoring | None:
    return None if graded.tree is None else Scoring(max_score=graded.tree.max_score)


def _files(judging: Element, test: PolygonTest, run_files: tuple[JuryFile, ...]) -> tuple[JuryFile, ...]:
    """What lies beside the program: with an input file, the input is there as well as on standard input."""
    name = judging.get("input-file")
    return run_files if name in ("", "stdin") else (*run_files, JuryFile(name=name, content=test.input))
