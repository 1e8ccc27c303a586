"""Packages with one fault each, and where that is to be reported."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.unit.problems.packages import STANDARD, Files, findings_of, make, yaml_with


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A change that breaks a good package, and where and how that is to be reported."""

    id: str
    files: Files = field(default_factory=lambda: STANDARD)
    changes: Files
    path: str
    message: str
    in_field: str | None = None
    line: int | None = None


def of_yaml(id: str, line: str, field: str | None, message: str, *, instead_of: str | None = None) -> Broken:
    changes = yaml_with(STANDARD, line, instead_of=instead_of)
    return Broken(id=id, changes=changes, path="problem.yaml", in_field=field, message=message)


def check(broken: Broken, folder: Path) -> None:
    """The fault is found, and reported where it is."""
    findings = findings_of(make(folder, broken.files, broken.changes))
    matching = [finding for finding in findings if broken.message in finding.message]
    assert matching, findings
    finding = matching[0]
    assert (finding.path, finding.field) == (broken.path, broken.in_field), finding
    if broken.line is not None:
        assert finding.line == broken.line, finding
