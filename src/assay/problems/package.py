"""What reading a package yields, and the report that its reader writes on the way."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.errors import Finding


class PackageFormat(StrEnum):
    """The dialects of the problem package format. `legacy-icpc` is a subset of `legacy` and read as such."""

    LEGACY = "legacy"
    STANDARD_2025_09 = "2025-09"


@dataclass(frozen=True, kw_only=True)
class PackageSubmission:
    """One of the jury's submissions.

    `path` is relative to the package: a file or, for several files, a folder. `language_id` is None when no
    known language fits. `expected` are the verdicts that fit its folder, remark or submissions.yaml.
    """

    path: str
    files: tuple[SourceFile, ...]
    language_id: str | None
    expected: tuple[Verdict, ...]

    def expects(self, verdict: Verdict) -> bool:
        """Whether the verdict is as expected. Without an expectation all are, but for our own fault."""
        return verdict is not Verdict.JE and (not self.expected or verdict in self.expected)


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package without faults. The problem's DataRefs are paths relative to `path`; PackageData opens them.

    `warnings` are deviations from the specification that no verdict depends on, and limits left to us.
    """

    path: Path
    format: PackageFormat
    problem: Problem
    submissions: tuple[PackageSubmission, ...]
    warnings: tuple[Finding, ...]


class Report:
    """Collects everything that one pass over a package finds. `errors` make it invalid, `warnings` do not."""

    def __init__(self) -> None:
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []

    def error(self, path: str, message: str, *, field: str | None = None, line: int | None = None) -> None:
        self.errors.append(Finding(path=path, field=field, message=message, line=line))

    def warn(self, path: str, message: str, *, field: str | None = None, line: int | None = None) -> None:
        self.warnings.append(Finding(path=path, field=field, message=message, line=line))
