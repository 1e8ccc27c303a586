"""data/: the tests of data/sample and data/secret in the order in which they are run, samples first; and the
cases that test the validators."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assay.domain.grading import Scored
from assay.domain.jury import DataRef, JuryFile
from assay.domain.problem import OutputComparison, TestCase
from assay.errors import Finding
from assay.problems.comparison import ArgumentsInvalid, parse_arguments
from assay.problems.folder import PackageFolder, path_order
from assay.problems.group_settings import GROUP_FILE, LEGACY_FILE, Settings, TestSettings, effective
from assay.problems.metadata import GivenArguments
from assay.problems.package import (
    CaseKind,
    InputArguments,
    InputValidator,
    PackageFormat,
    Report,
    ValidationCase,
)
from assay.problems.shown import read_shown

DATA_FILE_BYTES_MAX = 2 << 30  # read by offset and never as a whole; the specification recommends 100 MiB
SAMPLE = "data/sample"
SECRET = "data/secret"  # noqa: S105 - the format's word for tests that are not shown
_UNUSED = ("invalid_inputs", "bad", "testing_tool_test", "valid_inputs")  # tools' own
_TEXT_BYTES_MAX = 64 * 1024  # of a hint or a description
# Files that belong to a test, longest ending first.
_ENDINGS = (
    ".in.statement", ".ans.statement", ".in.download", ".ans.download", ".interaction",
    ".in", ".ans", ".out", ".yaml", ".hint", ".desc", ".png", ".jpg", ".jpeg", ".svg",
)  # fmt: skip
_LEGACY_TEXTS = (".hint", ".desc")  # in 2025-09 they are in the test's .yaml
_IMAGES = (".png", ".jpg", ".jpeg", ".svg")
_FILES = ".files"


@dataclass(frozen=True, kw_only=True)
class TestReading:
    """What the tests are read with. `base` are the output validators' arguments that hold for every test.

    `checkers` are the names of the setter's output validators, by the name that a group may call them;
    None: the default validator compares, and the arguments are its own. `is_interactive`: tests are talks.
    """

    __test__ = False  # pytest collects classes named Test*

    folder: PackageFolder
    format: PackageFormat
    settings: Settings
    base: GivenArguments
    checkers: dict[str, str] | None
    report: Report
    is_interactive: bool = False

    def error_once(self, given: GivenArguments, message: str) -> None:
        """Report what holds for many tests once."""
        finding = Finding(path=given.path, field=given.field, line=given.line, message=message)
        if finding not in self.report.errors:
            self.report.errors.append(finding)


def read_tests(reading: TestReading) -> tuple[TestCase, ...]:
    """All tests, without scores; what is wrong is reported."""
    folder, report = reading.folder, reading.report
    tests: list[TestCase] = []
    for top in (SAMPLE, SECRET):
        files = _files_of_tests(folder, top)
        _check_pairs(reading, files)
        stems = [path.removesuffix(".in") for path in files if path.endswith(".in")]
        for stem in sorted(stems, key=path_order):
            if not _is_complete(reading, stem, (".in", ".ans")):
                continue
            test = _read_test(reading, stem, is_sample=top == SAMPLE)
            if test is not None:
                tests.append(test)
        if top == SECRET and not stems:
            has_static = any(group.has_static for group in reading.settings.standard.values())
            if not has_static:
                report.error(SECRET, f"has no tests; {_how_to_get_tests(folder)}")
    _check_folders(reading, {test.name for test in tests})
    return tuple(tests)


def read_validation_cases(reading: TestReading, tests: Iterable[TestCase]) -> tuple[ValidationCase, ...]:
    """The cases of data/invalid_input, data/invalid_output and data/valid_output, and the outputs that are
    shown of `tests` (specification: "Validation of shared test case files")."""
    found = []
    for test in tests:
        output = f"data/{test.name}.out"
        if reading.format is not PackageFormat.LEGACY and output in reading.folder.sizes:
            found.append(ValidationCase(kind=CaseKind.VALID_OUTPUT, test=test, output=DataRef(output)))
    for kind in CaseKind:
        top = f"data/{kind}"
        endings = (".in",) if kind is CaseKind.INVALID_INPUT else (".in", ".ans", ".out")
        for path in _files_of_tests(reading.folder, top):
            stem = path.removesuffix(".in")
            if path.endswith(".in") and _is_complete(reading, stem, endings):
                case = _read_test(reading, stem, is_sample=False)
                if case is not None:
                    found.append(_case(kind, case, stem))
    return tuple(found)


def input_arguments(reading: TestReading, tests: Iterable[TestCase]) -> dict[str, InputArguments]:
    """The input validators' arguments, by the names of those tests that have any."""
    found = {}
    for test in tests:
        given = effective(reading.settings.tests, f"data/{test.name}").input_args
        if given is not None:
            found[test.name] = given
    return found


def check_input_arguments(
    given: Mapping[str, InputArguments], validators: Iterable[InputValidator], report: Report
) -> None:
    """Warn of arguments for input validators that are not there."""
    names = sorted(validator.name for validator in validators)
    known = {*names, *(name.rpartition(".")[0] for name in names)}
    for test_name, arguments in given.items():
        for name in sorted({*(arguments.by_name or ())} - known):
            known.add(name)  # once is enough
            there = ", ".join(names) or "none"
            report.warn(
                f"data/{test_name}.in", f"has arguments for {name!r}, no input validator; there are: {there}"
            )


def _case(kind: CaseKind, test: TestCase, stem: str) -> ValidationCase:
    if kind is CaseKind.INVALID_INPUT:
        return ValidationCase(kind=kind, test=replace(test, answer=test.input))
    return ValidationCase(kind=kind, test=test, output=DataRef(f"{stem}.out"))


def _read_test(reading: TestReading, stem: str, *, is_sample: bool) -> TestCase | None:
    folder = reading.folder
    settings = effective(reading.settings.tests, stem)
    own = settings.validator_args
    values = reading.base.values if own is None else (*reading.base.values, *own.values)
    if not _is_checker_known(reading, settings):
        return None
    comparison = OutputComparison()
    if reading.checkers is None:
        compared = _comparison(reading, own or reading.base, values)
        if compared is None:
            return None
        comparison, values = compared, ()
    is_legacy = reading.format is PackageFormat.LEGACY
    return TestCase(
        name=stem.removeprefix("data/"),
        input=DataRef(f"{stem}.in"),
        answer=DataRef(f"{stem}.ans"),
        is_sample=is_sample,
        comparison=comparison,
        args=settings.args or (),
        validator_args=values,
        checkers=_checkers(reading, settings),
        files=_read_files(folder, stem),
        scored=Scored.NO,
        full_feedback=is_sample if settings.full_feedback is None else settings.full_feedback,
        hint=_text(folder, f"{stem}.hint") if is_legacy else settings.hint,
        description=_text(folder, f"{stem}.desc") if is_legacy else settings.description,
        shown=read_shown(
            folder,
            stem,
            reading.format,
            reading.report,
            is_secret_talk=is_legacy and is_sample and reading.is_interactive,
        ),
    )


def _comparison(
    reading: TestReading, given: GivenArguments, values: Sequence[str]
) -> OutputComparison | None:
    """How an output is compared by the default validator. None, reported, when its arguments are wrong."""
    try:
        return parse_arguments(values, strict=reading.format is not PackageFormat.LEGACY)
    except ArgumentsInvalid as error:
        reading.error_once(given, str(error))
        return None


def _is_checker_known(reading: TestReading, settings: TestSettings) -> bool:
    """Whether the validator that the test's group names (legacy) is there; if not, it is reported."""
    name, given = settings.checker, settings.validator_args
    known = {"default": ""} if reading.checkers is None else reading.checkers
    if name is None or given is None or name in known:
        return True
    there = ", ".join(sorted(known)) or "none"
    reading.error_once(given, f"{name!r} is no output validator; there are: {there}")
    return False


def _checkers(reading: TestReading, settings: TestSettings) -> tuple[str, ...] | None:
    """The only validator of the test where its group names one of several, else None for all."""
    if settings.checker is None or reading.checkers is None or len(set(reading.checkers.values())) < 2:
        return None
    return (reading.checkers[settings.checker],)


def _read_files(folder: PackageFolder, stem: str) -> tuple[JuryFile, ...]:
    """Specification: "Input": what is in the program's working folder."""
    place = f"{stem}{_FILES}"
    return tuple(
        JuryFile(
            name=path.removeprefix(f"{place}/"),
            content=DataRef(path),
            executable=path in folder.executables,
        )
        for path in (folder.files_below(place) if place in folder.folders else ())
    )


def _text(folder: PackageFolder, path: str) -> str:
    if path not in folder.sizes:
        return ""
    return (folder.read_text(path, bytes_max=_TEXT_BYTES_MAX) or "").strip()


def _files_of_tests(folder: PackageFolder, top: str) -> list[str]:
    """All files below, but for those that are a test's own input files."""
    return [
        path
        for path in folder.files_below(top)
        if not any(part.endswith(_FILES) for part in path.split("/")[:-1])
    ]


def _is_complete(reading: TestReading, stem: str, endings: Sequence[str]) -> bool:
    for ending in endings:
        path = stem + ending
        if path not in reading.folder.sizes:
            kind = {".ans": "answer", ".out": "output"}[ending]
            reading.report.error(f"{stem}.in", f"has no {kind} file; add {path}")
            return False
        if reading.folder.sizes[path] > DATA_FILE_BYTES_MAX:
            reading.report.error(path, f"is larger than {DATA_FILE_BYTES_MAX} bytes")
    if stem.endswith(f"/{GROUP_FILE.removesuffix('.yaml')}"):
        reading.report.error(f"{stem}.in", f"must not be named like {GROUP_FILE}; rename the test")
    return True


def _check_pairs(reading: TestReading, files: Iterable[str]) -> None:
    """Report the files that belong to a test which is not there, and more than one image of a test."""
    folder, report = reading.folder, reading.report
    illustrated: set[str] = set()
    unread: dict[str, list[str]] = {}
    for path in files:
        ending = next((each for each in _ENDINGS if path.endswith(each)), None)
        name = path.rpartition("/")[2]
        if ending is None or (ending in _LEGACY_TEXTS and reading.format is not PackageFormat.LEGACY):
            if f"{path.rpartition('.')[0]}.in" in folder.sizes:
                unread.setdefault(f".{name.rpartition('.')[2]}", []).append(path)
            continue
        if ending == ".in" or name in (LEGACY_FILE, GROUP_FILE):
            continue
        stem = path.removesuffix(ending or "")
        if ending in _IMAGES and stem in illustrated:
            report.warn(path, "is a second illustration of the test; one is allowed")
        if ending in _IMAGES:
            illustrated.add(stem)
        if f"{stem}.in" in folder.sizes:
            continue
        if ending == ".ans":
            report.error(path, f"has no input file; add {stem}.in")
        elif ending != ".interaction":  # may stand alone
            report.warn(path, f"ignored, because there is no {stem}.in")
    for ending, paths in unread.items():
        remedy = "; put the text into the test's .yaml file" if ending in _LEGACY_TEXTS else ""
        others = f", and {len(paths) - 1} more such files" if len(paths) > 1 else ""
        report.warn(paths[0], f"ignored{others}: {ending} is no ending of this format{remedy}")


def _how_to_get_tests(folder: PackageFolder) -> str:
    if "generators/generators.yaml" in folder.sizes:
        return "'assay problem generate' makes those of generators/generators.yaml"
    return "add at least one pair of files <name>.in and <name>.ans"


def _check_folders(reading: TestReading, test_names: set[str]) -> None:
    folder, report = reading.folder, reading.report
    for path in sorted(folder.folders):
        if not path.startswith("data/"):
            continue
        below = path.removeprefix("data/")
        if below in test_names:
            report.error(path, f"has the name of the test {path}.in; rename one of them")
        elif path.endswith(_FILES) and f"{path.removesuffix(_FILES)}.in" not in folder.sizes:
            report.warn(path, f"ignored, because there is no {path.removesuffix(_FILES)}.in")
        elif "/" not in below and path not in (SAMPLE, SECRET) and below not in (*_UNUSED, *CaseKind):
            report.warn(path, "ignored: tests are in data/sample and data/secret")
