"""What `assay verify` found out, as nouns, as JSON, as a table and as an exit code."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from assay.cli.local import EXIT_FAULT_OF_OURS, EXIT_NOT_ACCEPTED, EXIT_USAGE, size_in_words
from assay.domain.judgement import Decision
from assay.domain.verdict import Verdict
from assay.errors import Finding
from assay.problems import PackageSubmission

COLUMNS = ("language", "expected", "verdict", "CPU", "memory", "")


class Skipped(StrEnum):
    """Why a submission was not judged."""

    TOOLCHAIN = "toolchain"  # not installed, or a language that we do not know


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A submission and its outcome: a decision, or the reason why there is none."""

    submission: PackageSubmission
    outcome: Decision | Skipped

    @property
    def as_expected(self) -> bool | None:
        """None when it was skipped."""
        return None if isinstance(self.outcome, Skipped) else self.submission.expects(self.outcome.verdict)


@dataclass(frozen=True, kw_only=True)
class CheckedPackage:
    """A package: what is wrong with it (then nothing of it is judged), or its submissions in their order."""

    path: Path
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    submissions: tuple[Checked, ...]


def describe(packages: Sequence[CheckedPackage]) -> dict[str, Any]:
    """Everything as JSON. Skipped submissions count in `skipped` and not in `total`."""
    checked = [each for package in packages for each in package.submissions]
    return {
        "packages": [
            {
                "path": str(package.path),
                "problems": [vars(finding) for finding in package.errors],
                "warnings": [vars(finding) for finding in package.warnings],
                "submissions": [_describe_checked(each) for each in package.submissions],
            }
            for package in packages
        ],
        "total": sum(each.as_expected is not None for each in checked),
        "as_expected": sum(each.as_expected is True for each in checked),
        "skipped": sum(each.as_expected is None for each in checked),
    }


def exit_code_for(packages: Sequence[CheckedPackage]) -> int:
    """Our own fault outweighs a broken package, which outweighs a surprising verdict."""
    checked = [each for package in packages for each in package.submissions]
    if any(isinstance(each.outcome, Decision) and each.outcome.verdict is Verdict.JE for each in checked):
        return EXIT_FAULT_OF_OURS
    if any(package.errors for package in packages):
        return EXIT_USAGE
    return EXIT_NOT_ACCEPTED if any(each.as_expected is False for each in checked) else 0


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
    }
    if isinstance(outcome, Skipped):
        return {**description, "skipped": outcome.value}
    return {
        **description,
        "verdict": outcome.verdict.value,
        "cpu_time_ms": outcome.cpu_time_ms,
        "memory_bytes": outcome.memory_bytes,
        "message": outcome.message,
        "failed_test": next((run.test_name for run in outcome.runs if run.verdict is not Verdict.AC), None),
    }


def show(console: Console, packages: Sequence[CheckedPackage]) -> None:
    table = Table(Column("submission", overflow="fold"), *COLUMNS, box=None)
    for package in packages:
        for finding in package.errors:
            console.print(Text(f"{package.path}: {finding}", style="red"), soft_wrap=True)
        for finding in package.warnings:
            console.print(Text(f"{package.path}: warning: {finding}", style="yellow"), soft_wrap=True)
        if package.submissions:
            table.add_row(Text(package.path.resolve().name, style="bold"))
        for checked in package.submissions:
            table.add_row(*_row(checked))
    if table.row_count:
        console.print(table)
    figures = describe(packages)
    console.print(
        f"{figures['as_expected']} of {figures['total']} as expected, {figures['skipped']} skipped"
        + (
            f", {broken} packages unreadable"
            if (broken := sum(bool(each.errors) for each in packages))
            else ""
        )
    )


def _row(checked: Checked) -> list[Text]:
    submission, outcome = checked.submission, checked.outcome
    start = [
        Text("  " + submission.path.removeprefix("submissions/")),
        Text(submission.language_id or "?"),
        Text(" ".join(submission.expected) or "any"),
    ]
    if isinstance(outcome, Skipped):
        return [
            *start,
            Text("skipped", style="dim"),
            Text(),
            Text(),
            Text("toolchain not installed", style="dim"),
        ]
    style, message = ("green", "") if checked.as_expected else ("bold red", outcome.message)
    return [
        *start,
        Text(outcome.verdict.value, style=style),
        Text(f"{outcome.cpu_time_ms} ms"),
        Text(size_in_words(outcome.memory_bytes)),
        Text(message),
    ]
