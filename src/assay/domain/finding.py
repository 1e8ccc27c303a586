"""What looking at a program's text finds: places where a rule applies, and measures.

None of it runs the program. What could not be assessed is told as such, and is never a finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SYNC_BLOCKING_RULE = "sync_blocking_in_async_context"
"""The rule whose findings are counted as blocking calls where other work waits for them."""

FILES = "files"
UNREAD_FILES = "unread_files"
"""Metrics of a program of several files: its sources, and how many of these could not be read."""

COMPETENCIES = (
    "api_use",
    "concurrency",
    "correctness",
    "error_handling",
    "performance",
    "readability",
    "resource_management",
    "security",
)
"""What a rule may be about, by name."""


class Severity(StrEnum):
    """How much a finding weighs.

    MAJOR: wrong as soon as it runs, or as soon as something fails. MINOR: costs time, memory or safety under
    conditions that do occur. INFO: makes the program harder to read or to change.
    """

    INFO = "info"
    MINOR = "minor"
    MAJOR = "major"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One place where a rule applies. `path` is as the caller named the file; lines count from 1, and
    `end_line` is the last line that belongs to it."""

    rule: str
    competency: str
    severity: Severity
    message: str
    path: str
    start_line: int
    end_line: int

    def __post_init__(self) -> None:
        if not 1 <= self.start_line <= self.end_line:
            raise ValueError(
                f"{self.rule}: lines {self.start_line} to {self.end_line} are no lines of a file"
            )
        if self.competency not in COMPETENCIES:
            raise ValueError(f"{self.rule}: {self.competency!r} is no competency")


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """All that is known of one file from its text.

    `language` is the id that the file was read as, None for one that nothing here can read. Unless `parsed`,
    `why_not` says what kept it from being read, and there are no findings: nothing may be concluded from
    that. `metrics` are numbers by name (docs/how-to/analyse.md has them all); what could not be measured is
    absent. `versions` names what was used to find all this: grammars, engines, and the digest of the rules.
    """

    language: str | None
    findings: tuple[Finding, ...]
    metrics: Mapping[str, float]
    parsed: bool
    why_not: str | None
    versions: Mapping[str, str]

    def __post_init__(self) -> None:
        if self.parsed != (self.why_not is None):
            raise ValueError("a file that was not parsed says why, and only such a one")
        if self.findings and not self.parsed:
            raise ValueError("what was not parsed has no findings")
