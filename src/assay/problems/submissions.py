"""submissions/: the jury's programs, each a file or a folder in a folder whose name says what to expect."""

from collections.abc import Sequence
from dataclasses import dataclass
import re

from assay.domain.answers import ANSWERS
from assay.domain.problem import Credit
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.errors import UnknownLanguage
from assay.languages.catalogue import LanguageCatalogue
from assay.languages.commands import main_file
from assay.problems import verdict_words
from assay.problems.expectations import ANY_VERDICT, FORMAT_VERDICTS, Expectation, Rule, finer, ordered
from assay.problems.folder import PackageFolder
from assay.problems.outcomes import possible_verdicts
from assay.problems.package import PackageFormat, PackageSubmission, Report
from assay.problems.submission_rules import (
    RULES_FILE,
    Entry,
    RuleReading,
    SubmissionRules,
    read_submission_rules,
)
from assay.problems.verdict_words import DEFAULT_RULES, LEGACY_RULES, RemarkInvalid, plain_word

SUBMISSIONS = "submissions"
FILE_BYTES_MAX = 1024 * 1024  # far beyond any code limit; keeps a stray binary out of memory
ANSWER_BYTES_MAX = 16 * 1024 * 1024  # of a file of a submission that is no program
FILES_MAX = 100  # of one submission
_ANSWERS_MAX = 1000
_PYTHON2 = re.compile(rb"^#!.*python2")  # specification: legacy, "Programs"
_PARTIAL = "partiallyaccepted"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a package's submissions are judged by.

    `best_score`: the score of a full solution, None when none is the best. `takes_answers`: submissions are
    no programs.
    """

    test_names: tuple[str, ...]
    group_names: tuple[str, ...] = ()
    is_scoring: bool = False
    best_score: float | None = None
    takes_answers: bool = False


@dataclass(frozen=True, kw_only=True)
class SubmissionReading:
    """What all submissions of a package are read with."""

    folder: PackageFolder
    format: PackageFormat
    languages: LanguageCatalogue
    rules: SubmissionRules
    judged: Judged
    report: Report

    @property
    def defaults(self) -> dict[str, Rule]:
        """What a folder of submissions means by its name."""
        return LEGACY_RULES if self.format is PackageFormat.LEGACY else DEFAULT_RULES


def read_submissions(
    folder: PackageFolder,
    package_format: PackageFormat,
    languages: LanguageCatalogue,
    judged: Judged,
    report: Report,
) -> tuple[PackageSubmission, ...]:
    """Every submission, in order of path."""
    rule_reading = RuleReading(
        report=report,
        names=(*judged.group_names, *judged.test_names),
        is_scoring=judged.is_scoring,
        defaults=LEGACY_RULES if package_format is PackageFormat.LEGACY else DEFAULT_RULES,
    )
    reading = SubmissionReading(
        folder=folder,
        format=package_format,
        languages=languages,
        rules=read_submission_rules(folder, rule_reading),
        judged=judged,
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
    word = plain_word(name)
    path = f"{SUBMISSIONS}/{name}"
    if word == _PARTIAL:
        if not reading.judged.is_scoring:
            reading.report.error(path, "is for scoring problems only; move its submissions to another folder")
    elif verdict_words.for_folder(name) is None and word != "mixed":
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
    takes_answers = reading.judged.takes_answers
    files_max, bytes_max = (_ANSWERS_MAX, ANSWER_BYTES_MAX) if takes_answers else (FILES_MAX, FILE_BYTES_MAX)
    if len(paths) > files_max:
        reading.report.error(program, f"has more than {files_max} files")
        return ()
    files = []
    for path in paths:
        content = reading.folder.read(path, bytes_max=bytes_max)
        if content is not None:
            files.append(SourceFile(name=path.removeprefix(base), content=content))
    return tuple(files)


def _describe(reading: SubmissionReading, path: str, files: tuple[SourceFile, ...]) -> PackageSubmission:
    entries = reading.rules.matching(path.removeprefix(f"{SUBMISSIONS}/"))
    takes_answers = reading.judged.takes_answers
    language_id = ANSWERS if takes_answers else _language(reading, path, files, entries)
    authors: tuple[Credit, ...] = tuple(author for entry in entries for author in entry.authors)
    return PackageSubmission(
        path=path,
        files=files if takes_answers else _main_first(reading, path, files, language_id, entries),
        language_id=language_id,
        expectation=_expected(reading, path, files, entries),
        authors=authors,
        is_model=any(entry.is_model for entry in entries),
    )


def _language(
    reading: SubmissionReading, path: str, files: Sequence[SourceFile], entries: Sequence[Entry]
) -> str | None:
    """As submissions.yaml says, else as the files say, if they agree."""
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
    ids = [language.id for language in reading.languages.all_for_files(files)]
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
    """The files with the `entrypoint` of submissions.yaml first, where the language would look for it.

    That is a file's name or, in languages that start classes, a class (`Main`, Kotlin's `MainKt`).
    """
    wanted = [entry.entrypoint for entry in entries if entry.entrypoint is not None]
    if language_id is None or not wanted:
        return files
    main = tuple(file for file in files if any(_is_entrypoint(file.name, each) for each in wanted))
    if not main:
        reading.report.warn(path, f"has no file that could be the entrypoint {wanted[0]}; it is found out")
        return files
    arranged = main + tuple(file for file in files if file not in main)
    if main_file(reading.languages.get(language_id), arranged) is not main[0]:
        reading.report.error(
            path,
            f"the entrypoint {main[0].name} cannot be honoured beside a file with the usual name; rename one",
        )
    return arranged


def _is_entrypoint(name: str, wanted: str) -> bool:
    stem = name.rpartition("/")[2].rpartition(".")[0]
    return wanted in {name, stem, f"{stem}Kt"} or wanted.rpartition(".")[2] == stem


def _expected(
    reading: SubmissionReading, path: str, files: Sequence[SourceFile], entries: Sequence[Entry]
) -> Expectation:
    """The folder's word; rules for the submission narrow it; without such rules a remark replaces it."""
    name = path.split("/")[1]
    best = reading.judged.best_score if plain_word(name) == _PARTIAL else None
    rules = tuple(rule for entry in entries for rule in entry.rules)
    remark, scores = (None, ()) if reading.judged.takes_answers else _remarks(reading, path, files)
    if remark is not None and not rules:
        return Expectation(verdicts=ordered(remark), scores=scores, best_score=best)
    verdicts = _folder_verdicts(reading, name)
    of_folder = reading.rules.folders.get(plain_word(name)) or reading.defaults.get(plain_word(name))
    if rules:
        verdicts &= finer(possible_verdicts(rules, test_names=reading.judged.test_names))
        if not verdicts and reading.judged.test_names:
            reading.report.error(
                path, "no verdict fits both its folder and the rules for it in submissions.yaml"
            )
    return Expectation(
        verdicts=ordered(verdicts),
        rules=rules if of_folder is None else (of_folder, *rules),
        scores=scores,
        best_score=best,
    )


def _remarks(
    reading: SubmissionReading, path: str, files: Sequence[SourceFile]
) -> tuple[frozenset[Verdict] | None, tuple[tuple[float, float], ...]]:
    """The verdicts and scores that remarks in the sources expect."""
    contents = [file.content for file in files]
    verdicts: frozenset[Verdict] | None = None
    scores: tuple[tuple[float, float], ...] = ()
    try:
        verdicts = verdict_words.in_remark(contents)
    except RemarkInvalid as error:
        reading.report.error(path, str(error), field="@EXPECTED_RESULTS@")
    try:
        scores = tuple((score, score) for score in verdict_words.scores_in_remark(contents))
    except RemarkInvalid as error:
        reading.report.error(path, str(error), field="@EXPECTED_SCORE@")
    if scores and not reading.judged.is_scoring:
        reading.report.error(path, "is for scoring problems only; remove it", field="@EXPECTED_SCORE@")
    return verdicts, scores


def _folder_verdicts(reading: SubmissionReading, name: str) -> frozenset[Verdict]:
    replaced = reading.rules.folders.get(plain_word(name))
    if replaced is not None:
        return finer(possible_verdicts([replaced], test_names=reading.judged.test_names))
    if plain_word(name) == _PARTIAL and reading.format is PackageFormat.LEGACY:
        return frozenset({Verdict.AC})
    named = verdict_words.for_folder(name)
    if named is not None:
        return named
    if reading.format is PackageFormat.STANDARD_2025_09:  # the defaults of `permitted` and `required`
        return finer(FORMAT_VERDICTS)
    return ANY_VERDICT


def _check_use(reading: SubmissionReading, found: Sequence[PackageSubmission]) -> None:
    report = reading.report
    for entry in reading.rules.entries:
        if not any(entry.pattern.fullmatch(each.path.removeprefix(f"{SUBMISSIONS}/")) for each in found):
            report.warn(RULES_FILE, "matches no submission", field=entry.name, line=entry.line)
    if not any(each.path.startswith(f"{SUBMISSIONS}/accepted/") for each in found):
        report.warn(f"{SUBMISSIONS}/accepted", "has no submission; the specification wants at least one")
