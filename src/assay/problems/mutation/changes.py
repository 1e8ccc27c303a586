"""A change of a source text, and the mutant that it makes."""

from dataclasses import dataclass, replace
import difflib
from enum import StrEnum

from assay.domain.submission import SourceFile

_CONTEXT_LINES = 1


class Operator(StrEnum):
    """What kind of fault it is."""

    RELATION = "relation"  # < becomes <=, == becomes != …
    LOGIC = "logic"  # and becomes or, a not vanishes
    ARITHMETIC = "arithmetic"  # + becomes - …
    CONSTANT = "constant"  # one more, one less
    BOUND = "bound"  # the end of a range
    STATEMENT = "statement"  # one vanishes
    TYPE = "type"  # a narrower one


@dataclass(frozen=True, kw_only=True)
class Change:
    """`text[start:end]` becomes `instead`."""

    operator: Operator
    text: str
    start: int
    end: int
    instead: str

    @property
    def line(self) -> int:
        """Where it is, counted from 1."""
        return self.text.count("\n", 0, self.start) + 1

    @property
    def changed(self) -> str:
        """The whole text after it."""
        return self.text[: self.start] + self.instead + self.text[self.end :]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A submission with one change in the file named `file`. `path` is the submission's in the package."""

    path: str
    language_id: str
    files: tuple[SourceFile, ...]
    file: str
    change: Change

    @property
    def place(self) -> str:
        """ "submissions/accepted/sum.cpp:7", or with the file's name for a folder."""
        name = self.path if len(self.files) == 1 else f"{self.path}/{self.file}"
        return f"{name}:{self.change.line}"

    @property
    def sources(self) -> tuple[SourceFile, ...]:
        """The files of the mutant."""
        content = self.change.changed.encode()
        return tuple(
            replace(each, content=content) if each.name == self.file else each for each in self.files
        )

    @property
    def diff(self) -> str:
        """The change as a unified diff, without the lines that name the files."""
        lines = difflib.unified_diff(
            self.change.text.splitlines(),
            self.change.changed.splitlines(),
            lineterm="",
            n=_CONTEXT_LINES,
        )
        return "\n".join(list(lines)[2:])
