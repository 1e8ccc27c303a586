"""data/: the tests' files, and what holds for each of them."""

from dataclasses import dataclass

from assay.domain.problem import ComparisonMethod, OutputComparison, Problem, ShownSample, TestCase
from assay.problems.export.folders import Arrangement, Folder
from assay.problems.export.losses import Losses
from assay.problems.export.target import Target
from assay.problems.package import InputArguments, Package, PackageFormat, ValidationCase


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What tests are written with."""

    package: Package
    arrangement: Arrangement
    dialect: PackageFormat
    target: Target
    losses: Losses

    @property
    def problem(self) -> Problem:
        return self.package.problem

    @property
    def is_legacy(self) -> bool:
        return self.dialect is PackageFormat.LEGACY


def common_arguments(package: Package) -> tuple[str, ...] | None:
    """The output validators' arguments, when they are the same for all tests; else None."""
    found = {arguments_of(package.problem, test) for test in package.problem.tests}
    return found.pop() if len(found) == 1 else None


def arguments_of(problem: Problem, test: TestCase) -> tuple[str, ...]:
    """A test's arguments for the setter's validators, or for the default one."""
    validation = problem.validation
    if validation is not None and not validation.is_default:
        return test.validator_args
    return _comparison_arguments(test.comparison)


def write_tests(writing: Writing) -> None:
    """All tests, what is shown beside them, and the cases that test the validators."""
    for folder in writing.arrangement.folders():
        for member in folder.members:
            if not isinstance(member, Folder):
                _write_test(writing, member, f"data/{writing.arrangement.names[member.name]}")
    for number, sample in enumerate(writing.problem.more_samples, start=1):
        _write_lone_sample(writing, sample, number)
    for case in writing.package.validation_cases:
        _write_case(writing, case)


def _write_test(writing: Writing, test: TestCase, stem: str) -> None:
    target, losses = writing.target, writing.losses
    target.copy(test.input, f"{stem}.in")
    target.copy(test.answer, f"{stem}.ans")
    if test.comparison.method is not ComparisonMethod.TOKENS and writing.problem.validation is None:
        message = f"comparing by {test.comparison.method} is not of the package format; by tokens instead"
        losses.note("output validator", message)
    if test.shown is not None:
        _write_shown(writing, test.shown, stem)
    if writing.is_legacy:
        _write_legacy_settings(writing, test, stem)
    else:
        for file in test.files:
            target.copy(file.content, f"{stem}.files/{file.name}", executable=file.executable)
        target.write_yaml(f"{stem}.yaml", _settings(writing, test))


def _settings(writing: Writing, test: TestCase) -> dict[str, object]:
    """What <test>.yaml says."""
    document: dict[str, object] = {}
    if test.args:
        document["args"] = list(test.args)
    arguments = arguments_of(writing.problem, test)
    if arguments and common_arguments(writing.package) is None:
        document["output_validator_args"] = list(arguments)
    if test.full_feedback is not test.is_sample:
        document["full_feedback"] = test.full_feedback
    if test.hint:
        document["hint"] = test.hint
    if test.description:
        document["description"] = test.description
    _add_input_arguments(document, writing.package.input_args.get(test.name))
    return document


def _write_legacy_settings(writing: Writing, test: TestCase, stem: str) -> None:
    for what, found in (("args", test.args), ("files", test.files)):
        if found:
            writing.losses.note(f"{stem}: {what}", "the legacy format has standard input alone")
    if test.full_feedback is not test.is_sample:
        writing.losses.note(f"{stem}: full_feedback", "the legacy format has no such field")
    for ending, text in (("hint", test.hint), ("desc", test.description)):
        if text:
            writing.target.write(f"{stem}.{ending}", f"{text}\n")


def _add_input_arguments(document: dict[str, object], given: InputArguments | None) -> None:
    if given is None:
        return
    if given.by_name is None:
        document["input_validator_args"] = list(given.for_all)
    else:
        document["input_validator_args"] = {name: list(args) for name, args in given.by_name.items()}


def _write_shown(writing: Writing, shown: ShownSample, stem: str) -> None:
    """What people see of a test. In legacy, conversations alone."""
    target = writing.target
    is_talk = shown.interaction is not None or shown == ShownSample()
    if shown.interaction is not None:
        target.copy(shown.interaction, f"{stem}.interaction")
    elif is_talk and not writing.is_legacy:
        target.write(f"{stem}.interaction", "")
        message = "2025-09 shows the test itself unless there is a conversation; an empty one is written"
        writing.losses.note(f"{stem}.interaction", message)
    if writing.is_legacy:
        if any((shown.input, shown.output, shown.input_download, shown.output_download)):
            writing.losses.note(f"{stem}: what is shown", "the legacy format shows the test itself")
        return
    for ref, ending in (
        (shown.input, "in.statement"),
        (shown.input_download, "in.download"),
        (shown.output, "ans.statement"),
        (shown.output_download, "ans.download"),
    ):
        if ref is not None:
            target.copy(ref, f"{stem}.{ending}")
        elif is_talk and ending.endswith("download"):
            target.write(f"{stem}.{ending}", "")
            message = "2025-09 wants a file to download beside a conversation; an empty one is written"
            writing.losses.note(f"{stem}.{ending}", message)


def _write_lone_sample(writing: Writing, sample: ShownSample, number: int) -> None:
    stem = f"data/sample/interaction-{number:02d}"
    if sample.interaction is None:
        writing.losses.note("samples", "one that is no test is shown as a conversation only")
    else:
        writing.target.copy(sample.interaction, f"{stem}.interaction")


def _write_case(writing: Writing, case: ValidationCase) -> None:
    stem = f"data/{case.test.name}"
    if writing.target.has(f"{stem}.in"):
        return  # the output that is shown of a test, which has its own place
    writing.target.copy(case.test.input, f"{stem}.in")
    if case.output is not None:
        writing.target.copy(case.test.answer, f"{stem}.ans")
        writing.target.copy(case.output, f"{stem}.out")


def _comparison_arguments(comparison: OutputComparison) -> tuple[str, ...]:
    words = []
    if comparison.case_sensitive:
        words.append("case_sensitive")
    if comparison.space_change_sensitive:
        words.append("space_change_sensitive")
    for name, tolerance in (
        ("float_absolute_tolerance", comparison.float_absolute_tolerance),
        ("float_relative_tolerance", comparison.float_relative_tolerance),
    ):
        if tolerance is not None:
            words += [name, repr(tolerance)]
    return tuple(words)
