"""What a part of a validation comes to."""

from dataclasses import dataclass, field

from assay.errors import Finding


@dataclass(frozen=True, kw_only=True)
class Check:
    """Something that was checked: by what, how many files, and how many of them are not as they must be."""

    name: str
    count: int
    failed: int = 0


@dataclass(kw_only=True)
class Notes:
    """What is found on the way."""

    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def error(self, path: str, message: str, *, line: int | None = None) -> None:
        self.errors.append(Finding(path=path, field=None, message=message, line=line))

    def warn(self, path: str, message: str, *, line: int | None = None) -> None:
        self.warnings.append(Finding(path=path, field=None, message=message, line=line))


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The checks of one part, and what they found."""

    checks: tuple[Check, ...]
    notes: Notes
