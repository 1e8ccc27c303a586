"""The verb: a folder in the problem package format becomes a Package, or PackageInvalid says why not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assay.domain.answers import ANSWERS
from assay.domain.jury import DataRef, JuryFile, JuryProgram
from assay.domain.problem import Problem, TestCase
from assay.errors import PackageInvalid
from assay.languages.catalogue import LanguageCatalogue, load_catalogue
from assay.languages.commands import main_file
from assay.problems.codec import version_of
from assay.problems.constants import apply_constants
from assay.problems.digests import reported_digests
from assay.problems.folder import (
    NAME,
    PackageData,
    PackageFolder,
    in_order,
    open_package,
    printable,
    unreadable,
)
from assay.problems.group_settings import GROUP_FILE, LEGACY_FILE, read_settings
from assay.problems.included import IncludeReading, read_attachments, read_included
from assay.problems.legacy_groups import best_score, grade_legacy
from assay.problems.metadata import NO_ARGUMENTS, Metadata, read_metadata
from assay.problems.package import UNMADE, Package, PackageFormat, PackageSubmission, Report
from assay.problems.programs import ProgramReading
from assay.problems.shown import read_lone_interactions
from assay.problems.standard import ID
from assay.problems.standard_groups import Graded, grade_standard
from assay.problems.statements import read_texts
from assay.problems.submissions import SUBMISSIONS, Judged, read_submissions
from assay.problems.testdata import (
    SAMPLE,
    TestReading,
    check_input_arguments,
    input_arguments,
    read_tests,
    read_validation_cases,
)
from assay.problems.validators import Jury, read_input_validators, read_jury


def read_package(
    path: Path,
    *,
    languages: LanguageCatalogue | None = None,
    testlib: Path | None = None,
    can_measure: bool = False,
) -> Package:
    """Read the package in the folder `path`. Reads every file once, for the problem's version.

    `languages` are those of the installation unless given; `testlib` is the operator's own testlib.h, for
    packages that bring none. Without a time limit the package is `unmade` if the caller `can_measure` one,
    else it gets the default, with a warning. Raises PackageInvalid with every finding.
    """
    report = Report()
    root = path.resolve()
    try:
        with open_package(root, report) as folder:
            reading = _Reading(
                root=root,
                folder=folder,
                languages=languages or load_catalogue(),
                testlib=testlib,
                can_measure=can_measure,
                report=report,
            )
            package = reading.package()
    except (FileNotFoundError, NotADirectoryError):
        report.error(".", "is no folder; a package is a folder with a problem.yaml")
        package = None
    except PermissionError as error:
        report.error(".", unreadable(error))
        package = None
    if package is None or report.errors:
        raise PackageInvalid(printable(str(path)), in_order(report.errors), in_order(report.warnings))
    return package


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """One reading of a package: what is read, and with what."""

    root: Path
    folder: PackageFolder
    languages: LanguageCatalogue
    testlib: Path | None
    can_measure: bool
    report: Report

    def package(self) -> Package | None:
        """The package; None when something was reported that leaves none."""
        folder, report = self.folder, self.report
        _check_id(self.root.name, report)
        metadata = read_metadata(folder, self.languages, report, can_measure=self.can_measure)
        if metadata is None:
            self._look_at_the_rest()
            return None
        apply_constants(metadata.constants, folder, GROUP_FILE)
        programs = ProgramReading(
            folder=folder, languages=self.languages, testlib=self.testlib, report=report
        )
        jury = read_jury(programs, metadata)
        tests = self._tests(metadata, jury)
        read = read_tests(tests)
        graded = self._graded(metadata, jury, tests, read)
        submissions = self._submissions(metadata, graded)
        included = IncludeReading(
            folder=folder,
            format=metadata.format,
            languages=self.languages,
            allowed=metadata.languages,
            report=report,
        )
        lone = read_lone_interactions(folder, SAMPLE, report)
        texts = read_texts(
            folder,
            metadata.format,
            metadata.names,
            report,
            problem_id=self.root.name,
            sample_count=sum(test.is_sample for test in read) + len(lone),
        )
        input_validators = read_input_validators(programs)
        cases = read_validation_cases(tests, read)
        input_args = input_arguments(tests, (*read, *(case.test for case in cases)))
        check_input_arguments(input_args, input_validators, report)
        included_files, attachments = read_included(included), read_attachments(included)
        if report.errors:
            return None
        problem = Problem(
            id=self.root.name,
            version=UNMADE,
            name=texts.name,
            names=texts.names,
            limits=metadata.limits.run,
            tests=graded.tests,
            statements=texts.statements,
            statement_files=texts.files,
            more_samples=lone,
            validation=jury.validation,
            grading=graded.grading,
            scoring=graded.scoring,
            static_validator=jury.static_validator,
            included=included_files,
            languages=metadata.languages,
            takes_answers=metadata.kind.takes_answers,
            file_writing=metadata.file_writing,
            model_solution=self._model_solution(submissions),
            attachments=attachments,
            about=metadata.about,
        )
        measured = metadata.limits.measured
        if measured is None:
            problem = replace(
                problem, version=version_of(problem, reported_digests(self.folder, self.report))
            )
        return Package(
            path=self.root,
            format=metadata.format,
            problem=problem,
            submissions=submissions,
            warnings=in_order(report.warnings),
            files=PackageData(self.root, folder.overlay),
            unmade=() if measured is None else (measured,),
            input_validators=input_validators,
            input_args=input_args,
            validation_cases=cases,
            timing=metadata.limits.timing,
        )

    def _look_at_the_rest(self) -> None:
        """A broken problem.yaml does not keep us from the rest; much of it is the same in both dialects."""
        is_legacy = any(path.endswith(f"/{LEGACY_FILE}") for path in self.folder.sizes)
        is_standard = "statement" in self.folder.folders and not is_legacy
        package_format = PackageFormat.STANDARD_2025_09 if is_standard else PackageFormat.LEGACY
        settings = read_settings(self.folder, package_format, self.report)
        reading = TestReading(
            folder=self.folder,
            format=package_format,
            settings=settings,
            base=NO_ARGUMENTS,
            checkers={},  # nobody knows whose the arguments are
            report=self.report,
        )
        tests = read_tests(reading)
        judged = Judged(test_names=tuple(test.name for test in tests), is_scoring=True)
        read_submissions(self.folder, package_format, self.languages, judged, self.report)

    def _tests(self, metadata: Metadata, jury: Jury) -> TestReading:
        return TestReading(
            folder=self.folder,
            format=metadata.format,
            settings=read_settings(self.folder, metadata.format, self.report),
            base=metadata.validator_arguments,
            checkers=jury.checkers_by_name,
            report=self.report,
            is_interactive=metadata.kind.is_interactive,
        )

    def _graded(
        self, metadata: Metadata, jury: Jury, reading: TestReading, tests: Sequence[TestCase]
    ) -> Graded:
        if metadata.legacy is not None:
            return grade_legacy(tests, reading.settings, metadata.legacy, jury.grader, self.report)
        return grade_standard(
            tests,
            reading.settings,
            metadata.kind,
            self.folder,
            self.report,
            has_static_validator=jury.has_static_validator,
        )

    def _submissions(self, metadata: Metadata, graded: Graded) -> tuple[PackageSubmission, ...]:
        groups = () if graded.grading is None else tuple(graded.grading.groups())
        is_legacy = metadata.legacy is not None
        full = None if graded.scoring is None else graded.scoring.max_score
        judged = Judged(
            test_names=tuple(test.name for test in graded.tests),
            group_names=tuple(group.name for group in groups if group.name),
            is_scoring=metadata.kind.is_scoring,
            best_score=best_score(graded) if is_legacy else full,
            takes_answers=metadata.kind.takes_answers,
        )
        found = read_submissions(self.folder, metadata.format, self.languages, judged, self.report)
        if not metadata.kind.takes_answers:
            _check_sizes(found, metadata.limits.run.source_bytes, self.report)
        return found

    def _model_solution(self, submissions: Sequence[PackageSubmission]) -> JuryProgram | None:
        """The first accepted submission that submissions.yaml calls a model solution."""
        for each in submissions:
            if not each.is_model or each.language_id in (None, ANSWERS):
                continue
            if not each.path.startswith(f"{SUBMISSIONS}/accepted/"):
                self.report.warn(each.path, "is no model solution: it is not in submissions/accepted/")
                continue
            is_folder = each.path in self.folder.folders
            base = each.path if is_folder else each.path.rpartition("/")[0]
            language = self.languages.get(each.language_id or "")
            return JuryProgram(
                name=each.path,
                files=tuple(
                    JuryFile(name=file.name, content=DataRef(f"{base}/{file.name}")) for file in each.files
                ),
                language_id=language.id,
                main=main_file(language, each.files).name,
            )
        return None


def _check_id(name: str, report: Report) -> None:
    """The folder's name is the problem's id. The specification allows a-z and 0-9; much in use has more."""
    if not NAME.fullmatch(name):
        message = f"{printable(name)!r} cannot be a problem's id; name the folder with letters and digits"
        report.error(".", message, field="short name")
    elif not ID.fullmatch(name):
        message = f"{name!r} should have lower-case letters and digits only (specification)"
        report.warn(".", message, field="short name")


def _check_sizes(submissions: Sequence[PackageSubmission], source_bytes_max: int, report: Report) -> None:
    """The jury may write more than it takes from others, but will hardly mean to."""
    for submission in submissions:
        size_bytes = sum(len(file.content) for file in submission.files)
        if size_bytes > source_bytes_max:
            message = (
                f"has {size_bytes} bytes; no contestant may submit more than {source_bytes_max} (limits.code)"
            )
            report.warn(submission.path, message)
