"""The verb: a package of any source becomes a folder in the problem package format.

What cannot be carried is listed: some of it by whoever leaves it out, who knows why; and then the folder is
read back and compared with the package, field by field, so that nothing is lost in silence.
"""

from collections.abc import Mapping
from pathlib import Path

from assay.domain.problem import Problem, StatementFormat
from assay.domain.verdict import Verdict
from assay.errors import PackageInvalid
from assay.languages.catalogue import LanguageCatalogue
from assay.problems.expectations import FORMAT_VERDICTS, finer, ordered
from assay.problems.export.differences import differences
from assay.problems.export.folders import Arrangement, arrange
from assay.problems.export.groups import write_legacy_groups, write_standard_groups
from assay.problems.export.losses import Loss, Losses
from assay.problems.export.metadata import write_legacy_metadata, write_standard_metadata
from assay.problems.export.programs import (
    ProgramWriting,
    write_included,
    write_input_validators,
    write_other_programs,
    write_validation,
)
from assay.problems.export.submissions import write_submissions
from assay.problems.export.target import Target
from assay.problems.export.tests import Writing, common_arguments, write_tests
from assay.problems.export.told_cases import is_told_of_cases
from assay.problems.package import Package, PackageFormat
from assay.problems.reading import read_package

# Why a field of the problem may be other than it was, where nobody has said it already.
_STANDARD_REASONS = {
    "grading": "2025-09 has groups of one level, which go on as long as more can be had",
    "scoring": "in 2025-09 more is better, and groups are shown",
    "tests: scored": "in 2025-09 a test's score is bounded by what it is worth",
    "tests: accept_score": "in 2025-09 the tests of a group are worth the same",
    "unbuffered": "in the package format programs flush what they print",
    "validation": "see what is said of its programs",
}
_LEGACY_REASONS = {
    "about": "the legacy format has fewer fields",
    "grading": "in the legacy format groups are folders, each with an aggregation, a verdict and a range",
    "scoring": "in the legacy format only accepted submissions have a score",
    "tests: scored": "in the legacy format a validator's score counts as it is",
    "unbuffered": "in the package format programs flush what they print",
    "validation": "see what is said of its programs",
}
_TOLD_REASONS = {"tests: validator_args": "what DMOJ's programs are told of a test is in their cases.json"}
_ENDINGS = {StatementFormat.MARKDOWN: "md", StatementFormat.TEX: "tex", StatementFormat.PDF: "pdf"}


def export_package(
    package: Package, into: Path, *, dialect: PackageFormat, languages: LanguageCatalogue
) -> tuple[Loss, ...]:
    """Write the package into the existing empty folder `into`, whose name becomes its id. Blocking.

    Returns what could not be carried. Raises ValueError for a package of which something is still to be made,
    and OSError when a file cannot be read or written.
    """
    if package.unmade:
        raise ValueError("the package is not complete")
    problem = package.problem
    losses, target = Losses(), Target(into, package.files)
    arrangement = arrange(problem, dialect)
    writing = Writing(package=package, arrangement=arrangement, dialect=dialect, target=target, losses=losses)
    is_legacy = dialect is PackageFormat.LEGACY
    arguments = common_arguments(package) or ()
    if is_legacy and is_told_of_cases(problem):
        arguments = ()
    if is_legacy and any(" " in word or not word for word in arguments):
        losses.note("validator_flags", "in the legacy format arguments are words without spaces")
    write_metadata = write_legacy_metadata if is_legacy else write_standard_metadata
    write_metadata(problem, arguments, target, losses)
    write_tests(writing)
    (write_legacy_groups if is_legacy else write_standard_groups)(writing)
    programs = ProgramWriting(
        problem=problem, dialect=dialect, languages=languages, target=target, losses=losses
    )
    write_validation(programs)
    write_other_programs(programs)
    write_input_validators(programs, package.input_validators)
    write_included(programs, problem.included)
    places = write_submissions(writing, languages)
    _write_texts(problem, is_legacy, target)
    _note_arrangement(arrangement, losses)
    _compare(writing, into, places, languages)
    return losses.all()


def _write_texts(problem: Problem, is_legacy: bool, target: Target) -> None:
    """Statements with their images, and attachments."""
    place = "problem_statement" if is_legacy else "statement"
    for statement in problem.statements:
        path = f"{place}/problem.{statement.language}.{_ENDINGS[statement.format]}"
        if statement.file is not None:
            target.copy(statement.file, path)
        else:
            target.write(path, statement.text)
    for file in problem.statement_files:
        target.copy(file.content, f"{place}/{file.name}", executable=file.executable)
    for file in problem.attachments:
        target.copy(file.content, f"attachments/{file.name}", executable=file.executable)


def _note_arrangement(arrangement: Arrangement, losses: Losses) -> None:
    renamed = [f"{old} → {new}" for old, new in arrangement.names.items() if old != new]
    if renamed:
        more = f" and {len(renamed) - 1} more" if len(renamed) > 1 else ""
        message = f"have other names, in the order of which they are run: {renamed[0]}{more}"
        losses.note("tests", message)
    if arrangement.gathered:
        message = "2025-09 has either tests or groups; those beside groups are in groups of their own"
        losses.note(f"{len(arrangement.gathered)} tests beside groups", message)
    if arrangement.parted:
        message = "are in groups of their own, since all tests of a group are worth the same"
        losses.note(f"{len(arrangement.parted)} tests of different worth", message)
    if arrangement.copied:
        message = "are written twice: in data/sample to be shown, in data/secret to be scored"
        losses.note(f"{len(arrangement.copied)} samples with points", message)


def _compare(
    writing: Writing, into: Path, submissions: Mapping[str, str], languages: LanguageCatalogue
) -> None:
    """Read the folder back, and note in what it differs."""
    package, losses = writing.package, writing.losses
    try:
        reread = read_package(into, languages=languages)
    except PackageInvalid as invalid:
        for finding in invalid.findings:
            losses.note("the written package", f"is not valid: {finding}")
        return
    reasons = _LEGACY_REASONS if writing.is_legacy else _STANDARD_REASONS
    if writing.is_legacy and is_told_of_cases(package.problem):
        reasons = {**reasons, **_TOLD_REASONS}
    for what, how in differences(
        package.problem,
        package.files,
        reread.problem,
        reread.files,
        names=writing.arrangement.names,
        groups=writing.arrangement.groups,
    ):
        reason = reasons.get(what)
        losses.note(what, how if reason is None else f"{how}: {reason}")
    _compare_submissions(package, reread, submissions, losses)


def _compare_submissions(
    package: Package, reread: Package, places: Mapping[str, str], losses: Losses
) -> None:
    after = {each.path: each for each in reread.submissions}
    coarser = 0
    for before in package.submissions:
        found = after.get(places[before.path])
        if found is None or set(found.files) != set(before.files):
            losses.note(before.path, "is not read back")
            continue
        if before.language_id is not None and found.language_id != before.language_id:
            losses.note(before.path, f"is in {before.language_id}, and read back as {found.language_id}")
        expected, reread_expected = frozenset(before.expected), frozenset(found.expected)
        if expected == reread_expected:
            continue
        if reread_expected == finer(FORMAT_VERDICTS & _coarse(expected)):
            coarser += 1
            continue
        wanted, got = (" ".join(ordered(each)) or "anything" for each in (expected, reread_expected))
        losses.note(before.path, f"is expected to be {wanted}, and read back as {got}")
    if coarser:
        message = "the package format tells AC, WA, TLE and RTE apart; finer verdicts are expected as these"
        losses.note(f"{coarser} submissions", message)


def _coarse(verdicts: frozenset[Verdict]) -> frozenset[Verdict]:
    return frozenset(each for each in FORMAT_VERDICTS if not finer({each}).isdisjoint(verdicts))
