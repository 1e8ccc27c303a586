"""submissions/: the jury's programs, each a file or a folder in a folder whose name says what to expect."""

from collections.abc import Sequence
from dataclasses import dataclass
import re

from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.errors import UnknownLanguage
from assay.languages.catalogue import LanguageCatalogue
from assay.languages.commands import main_file
from assay.problems import expectations
from assay.problems.expectations import ANY_VERDICT, FORMAT_VERDICTS, RemarkInvalid
from assay.problems.folder import PackageFolder
from assay.problems.package import PackageFormat, PackageSubmission, Report
from assay.problems.submission_rules import RULES_FILE, Entry, SubmissionRules, read_submission_rules

SUBMISSIONS = "submissions"
FILE_BYTES_MAX = 1024 * 1024  # far beyond any code limit; keeps a stray binary out of memory
FILES_MAX = 100  # of one submission
_PYTHON2 = re.compile(rb"^#!.*python2")  # specification: legacy, "Programs"


@dataclass(frozen=True, kw_only=True)
class SubmissionReading:
    """What all submissions of a package are read with."""

    folder: PackageFolder
    format: PackageFormat
    languages: LanguageCatalogue
    rules: SubmissionRules
    test_names: tuple[str, ...]
    report: Report


def read_submissions(
    folder: PackageFolder,
    package_format: PackageFormat,
    languages: LanguageCatalogue,
    test_names: Sequence[str],
    report: Report,
) -> tuple[PackageSubmission, ...]:
    """Every submission, in order of path."""
    reading = SubmissionReading(
        folder=folder,
        format=package_format,
        languages=languages,
        rules=read_submission_rules(folder, report),
        test_names=tuple(test_names),
        report=report,
    )
    found: list[PackageSubmission] = []
    for name in folder.names_in(SUBMISSIONS):
        path = f"{SUBMISSIONS}/{name}"
        if path in folder.folders:
            _check_folder_name(reading, name)
            found.extend(_read_folder(reading, path))
        elif path != RULES_FILE:
            report.warn(
                path, "ignored: submissions are in folders below submissions/, such as submissions/accepted/"
            )
    _check_use(reading, found)
    return tuple(found)


def _check_folder_name(reading: SubmissionReading, name: str) -> None:
    word = expectations.plain_word(name)
    path = f"{SUBMISSIONS}/{name}"
    if word == "partiallyaccepted":
        reading.report.error(path, "is for scoring problems only; move its submissions to another folder")
    elif expectations.for_folder(name) is None and word != "mixed":
        message = "the name says nothing about verdicts; without a remark or a rule, any will do"
        reading.report.warn(path, message)


def _read_folder(reading: SubmissionReading, path: str) -> list[PackageSubmission]:
    found = []
    for name in reading.folder.names_in(path):
        program = f"{path}/{name}"
        is_folder = program in reading.folder.folders
        paths = reading.folder.files_below(program) if is_folder else [program]
        base = f"{program}/" if is_folder else f"{path}/"
        files = _read_files(reading, program, paths, base)
        if files:
            found.append(_describe(reading, program, files))
    return found


def _read_files(
    reading: SubmissionReading, program: str, paths: Sequence[str], base: str
) -> tuple[SourceFile, ...]:
    if not paths:
        reading.report.warn(program, "is an empty folder")
    if len(paths) > FILES_MAX:
        reading.report.error(program, f"has more than {FILES_MAX} files")
        return ()
    files = []
    for path in paths:
        content = reading.folder.read(path, bytes_max=FILE_BYTES_MAX)
        if content is not None:
            files.append(SourceFile(name=path.removeprefix(base), content=content))
    return tuple(files)


def _describe(reading: SubmissionReading, path: str, files: tuple[SourceFile, ...]) -> PackageSubmission:
    entries = reading.rules.matching(path.removeprefix(f"{SUBMISSIONS}/"))
    language_id = _language(reading, path, files, entries)
    return PackageSubmission(
        path=path,
        files=_main_first(reading, path, files, language_id, entries),
        language_id=language_id,
        expected=expectations.ordered(_expected(reading, path, files, entries)),
    )


def _language(
    reading: SubmissionReading, path: str, files: Sequence[SourceFile], entries: Sequence[Entry]
) -> str | None:
    """As submissions.yaml says, else as the files' endings say, if they agree."""
    given = {entry.language for entry in entries if entry.language is not None}
    if len(given) > 1:
        reading.report.error(path, f"submissions.yaml gives several languages: {', '.join(sorted(given))}")
        return None
    for language_id in given:
        try:
            return reading.languages.get(language_id).id
        except UnknownLanguage as error:
            reading.report.warn(path, f"skipped: {error.message}")
            return None
    by_ending = [reading.languages.for_file_name(file.name) for file in files]
    ids = sorted({language.id for language in by_ending if language is not None})
    if len(ids) != 1:
        reason = f"has files of several languages ({', '.join(ids)})" if ids else "has no known language"
        reading.report.warn(path, f"skipped: {reason}; submissions.yaml can say which it is")
        return None
    legacy = reading.format is PackageFormat.LEGACY
    if legacy and ids == ["python3"] and any(_PYTHON2.match(file.content) for file in files):
        reading.report.warn(path, "skipped: Python 2 is not a language of this judge")
        return None
    return ids[0]


def _main_first(
    reading: SubmissionReading,
    path: str,
    files: tuple[SourceFile, ...],
    language_id: str | None,
    entries: Sequence[Entry],
) -> tuple[SourceFile, ...]:
    """The files with the `entrypoint` of submissions.yaml first, where the language would look for it."""
    wanted = {entry.entrypoint for entry in entries if entry.entrypoint is not None}
    main = tuple(file for file in files if file.name in wanted)
    if language_id is None or not main:
        return files
    arranged = main + tuple(file for file in files if file not in main)
    if main_file(reading.languages.get(language_id), arranged) is not main[0]:
        reading.report.error(
            path,
            f"the entrypoint {main[0].name} cannot be honoured beside a file with the usual name; rename one",
        )
    return arranged


def _expected(
    reading: SubmissionReading, path: str, files: Sequence[SourceFile], entries: Sequence[Entry]
) -> frozenset[Verdict]:
    """The folder's word; rules for the submission narrow it; without such rules a remark replaces it."""
    verdicts = _folder_verdicts(reading, path.split("/")[1])
    rules = [rule for entry in entries for rule in entry.rules]
    try:
        remark = expectations.in_remark(file.content for file in files)
    except RemarkInvalid as error:
        reading.report.error(path, str(error), field="@EXPECTED_RESULTS@")
        return frozenset()
    if remark is not None and not rules:
        return remark
    if not rules:
        return verdicts
    verdicts &= expectations.finer(expectations.possible_verdicts(rules, test_names=reading.test_names))
    if not verdicts and reading.test_names:
        reading.report.error(path, "no verdict fits both its folder and the rules for it in submissions.yaml")
    return verdicts


def _folder_verdicts(reading: SubmissionReading, name: str) -> frozenset[Verdict]:
    replaced = reading.rules.folders.get(expectations.plain_word(name))
    if replaced is not None:
        possible = expectations.possible_verdicts([replaced], test_names=reading.test_names)
        return expectations.finer(possible)
    named = expectations.for_folder(name)
    if named is not None:
        return named
    if reading.format is PackageFormat.STANDARD_2025_09:  # the defaults of `permitted` and `required`
        return expectations.finer(FORMAT_VERDICTS)
    return ANY_VERDICT


def _check_use(reading: SubmissionReading, found: Sequence[PackageSubmission]) -> None:
    report = reading.report
    for entry in reading.rules.entries:
        if not any(entry.pattern.fullmatch(each.path.removeprefix(f"{SUBMISSIONS}/")) for each in found):
            report.warn(RULES_FILE, "matches no submission", field=entry.name, line=entry.line)
    if not any(each.path.startswith(f"{SUBMISSIONS}/accepted/") for each in found):
        report.warn(f"{SUBMISSIONS}/accepted", "has no submission; the specification wants at least one")
