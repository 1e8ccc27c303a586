"""What `assay verify` found out, as nouns, as JSON, as a table and as an exit code."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from assay.cli.local import (
    EXIT_FAULT_OF_OURS,
    EXIT_NOT_ACCEPTED,
    EXIT_USAGE,
    describe_run,
    size_in_words,
)
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.verdict import Verdict
from assay.errors import Finding
from assay.preparing import Skipped
from assay.problems import Package, PackageSubmission

MISFITS_SHOWN_MAX = 4  # of a submission: rules for many tests can all be broken by one slip
GROUPS_SHOWN_MAX = 12  # scores of a submission in its row
NEAR_LIMIT_MARK = "≈"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A submission and its outcome: a decision, or the reason why there is none."""

    submission: PackageSubmission
    outcome: Decision | Skipped

    @property
    def misfits(self) -> tuple[str, ...]:
        """In what it is not as expected; nothing when it was skipped."""
        if isinstance(self.outcome, Skipped):
            return ()
        return self.submission.expectation.misfits(self.outcome)

    @property
    def as_expected(self) -> bool | None:
        """None when it was skipped."""
        return None if isinstance(self.outcome, Skipped) else not self.misfits


@dataclass(frozen=True, kw_only=True)
class CheckedPackage:
    """A package with its submissions in their order; `package` is None when it cannot be used, which `errors`
    say why."""

    path: Path
    package: Package | None
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    submissions: tuple[Checked, ...]


def describe(packages: Sequence[CheckedPackage]) -> dict[str, Any]:
    """Everything as JSON. Skipped submissions count in `skipped` and not in `total`."""
    checked = [each for package in packages for each in package.submissions]
    return {
        "packages": [_describe_package(package) for package in packages],
        "total": sum(each.as_expected is not None for each in checked),
        "as_expected": sum(each.as_expected is True for each in checked),
        "skipped": sum(each.as_expected is None for each in checked),
    }


def exit_code_for(packages: Sequence[CheckedPackage]) -> int:
    """Our own fault outweighs a broken package, which outweighs a surprising verdict."""
    checked = [each for package in packages for each in package.submissions]
    if any(_is_our_fault(each.outcome) and not each.as_expected for each in checked):
        return EXIT_FAULT_OF_OURS
    if any(package.errors for package in packages):
        return EXIT_USAGE
    return EXIT_NOT_ACCEPTED if any(each.as_expected is False for each in checked) else 0


def _is_our_fault(outcome: Decision | Skipped) -> bool:
    return outcome.is_our_fault if isinstance(outcome, Skipped) else outcome.verdict is Verdict.JE


def style_of_skipped(outcome: Skipped) -> str:
    """Nothing to worry about, or something to mend."""
    return "bold red" if outcome.is_our_fault else "dim"


def _describe_package(checked: CheckedPackage) -> dict[str, Any]:
    package = checked.package
    return {
        "path": str(checked.path),
        "format": None if package is None else package.format.value,
        "id": None if package is None else package.problem.id,
        "version": None if package is None else package.problem.version,
        "limits": None if package is None else asdict(package.problem.limits),
        "test_count": None if package is None else len(package.problem.tests),
        "problems": [vars(finding) for finding in checked.errors],
        "warnings": [vars(finding) for finding in checked.warnings],
        "submissions": [_describe_checked(each) for each in checked.submissions],
    }


def _describe_checked(checked: Checked) -> dict[str, Any]:
    submission, outcome = checked.submission, checked.outcome
    description: dict[str, Any] = {
        "path": submission.path,
        "language": submission.language_id,
        "expected": [verdict.value for verdict in submission.expected],
        "verdict": None,
        "cpu_time_ms": None,
        "memory_bytes": None,
        "as_expected": checked.as_expected,
        "misfits": list(checked.misfits),
    }
    if isinstance(outcome, Skipped):
        return {**description, "skipped": outcome.reason.value, "message": outcome.message}
    return {
        **description,
        "verdict": outcome.verdict.value,
        "cpu_time_ms": outcome.cpu_time_ms,
        "memory_bytes": outcome.memory_bytes,
        "score": outcome.score,
        "groups": [{**vars(group), "verdict": group.verdict} for group in outcome.groups],
        "near_limit": outcome.near_limit,
        "message": outcome.message,
        "compile_output": outcome.compile_output,
        "failed_test": next((run.test_name for run in outcome.runs if run.verdict is not Verdict.AC), None),
        "runs": [describe_run(run) for run in outcome.runs],
    }


def show(console: Console, packages: Sequence[CheckedPackage]) -> None:
    """A table of each package, what is wrong with it before, the sum of all in the end."""
    for checked in packages:
        for finding in checked.errors:
            console.print(Text(f"{checked.path}: {finding}", style="red"), soft_wrap=True)
        for finding in checked.warnings:
            console.print(Text(f"{checked.path}: warning: {finding}", style="yellow"), soft_wrap=True)
    table = _table(has_scores=any(_has_scores(checked) for checked in packages))
    for checked in packages:
        if checked.package is not None:
            _add_package(table, checked, checked.package.problem)
    if table.row_count:
        console.print(table)
    figures = describe(packages)
    words = f"{figures['as_expected']} of {figures['total']} as expected, {figures['skipped']} skipped"
    if broken := sum(bool(each.errors) for each in packages):
        words += f", {broken} packages cannot be used"
    console.print(words)
    if any(_is_near_limit(each) for checked in packages for each in checked.submissions):
        console.print(f"{NEAR_LIMIT_MARK} so close to the time limit that the median of three runs decided")


def _has_scores(checked: CheckedPackage) -> bool:
    return checked.package is not None and checked.package.problem.scoring is not None


def _is_near_limit(checked: Checked) -> bool:
    return isinstance(checked.outcome, Decision) and checked.outcome.near_limit


def _table(*, has_scores: bool) -> Table:
    columns = [
        Column("submission", overflow="fold"),
        Column("language"),
        Column("expected"),
        Column("verdict"),
        *([Column("score", justify="right")] if has_scores else []),
        Column("CPU", justify="right"),
        Column("memory", justify="right"),
        Column("", overflow="fold"),
    ]
    return Table(*columns, box=None)


def _add_package(table: Table, checked: CheckedPackage, problem: Problem) -> None:
    has_scores = len(table.columns) > len(_table(has_scores=False).columns)
    table.add_row(Text(checked.path.resolve().name, style="bold"))
    about = f"  {len(problem.tests)} tests, {problem.limits.cpu_time_ms / 1000:g} s"
    if not checked.submissions:
        about += ", no submissions"
    table.add_row(Text(about, style="dim"))
    for each in checked.submissions:
        table.add_row(*_cells(each, has_scores=has_scores))


def _cells(checked: Checked, *, has_scores: bool) -> list[Text]:
    submission, outcome = checked.submission, checked.outcome
    start = [
        Text("  " + submission.path.removeprefix("submissions/")),
        Text(submission.language_id or "?"),
        Text(" ".join(submission.expected) or "any"),
    ]
    gap = [Text()] if has_scores else []
    if isinstance(outcome, Skipped):
        note = Text(outcome.message, style=style_of_skipped(outcome))
        return [*start, Text("skipped", style="dim"), *gap, Text(), Text(), note]
    style = "green" if checked.as_expected else "bold red"
    if has_scores:
        gap = [Text("" if outcome.score is None else f"{outcome.score:g}")]
    mark = f" {NEAR_LIMIT_MARK}" if outcome.near_limit else ""
    return [
        *start,
        Text(outcome.verdict.value, style=style),
        *gap,
        Text(f"{outcome.cpu_time_ms} ms{mark}"),
        Text(size_in_words(outcome.memory_bytes)),
        Text("\n").join(_notes(checked, outcome)),
    ]


def _notes(checked: Checked, outcome: Decision) -> list[Text]:
    """What is not as expected, the judge's reason for it, and the scores of groups."""
    misfits = checked.misfits
    notes = [Text(misfit) for misfit in misfits[:MISFITS_SHOWN_MAX]]
    if len(misfits) > MISFITS_SHOWN_MAX:
        notes.append(Text(f"and {len(misfits) - MISFITS_SHOWN_MAX} more (--json has all)", style="dim"))
    if misfits and outcome.message and outcome.verdict is not Verdict.JE:
        notes.append(Text(reason_of(outcome)))
    scored = [group for group in outcome.groups if group.score is not None and group.name]
    if scored:
        words = "  ".join(
            f"{group.name.rpartition('/')[2]} {group.score:g}"
            + (f"/{group.max_score:g}" if group.max_score is not None else "")
            for group in scored[:GROUPS_SHOWN_MAX]
        )
        more = "  …" if len(scored) > GROUPS_SHOWN_MAX else ""
        notes.append(Text(words + more, style="dim"))
    return notes


def reason_of(outcome: Decision) -> str:
    """The judge's message, with the test that it is about."""
    failed = next((run.test_name for run in outcome.runs if run.verdict is not Verdict.AC), None)
    return outcome.message if failed is None else f"{failed}: {outcome.message}"
