"""What problems need from outside: a place for blobs and a place for problems."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assay.domain.problem import DataRef, Problem


@dataclass(frozen=True, kw_only=True)
class ProblemSummary:
    """A problem as lists show it."""

    id: str
    name: str
    version: str
    cpu_time_ms: int
    memory_bytes: int
    test_count: int


class BlobStore(Protocol):
    """A blob's DataRef is the SHA-256 (hex) of its bytes. Calls may block: use a thread."""

    def put(self, content: int | bytes) -> DataRef:
        """Keep bytes, or all that a descriptor yields (from its start; it stays open). Durable on return.

        Putting the same content again changes nothing.
        """
        ...

    def open(self, ref: DataRef) -> int:
        """A read-only descriptor, which the caller closes. Raises FileNotFoundError."""
        ...


class ProblemStore(Protocol):
    async def record(self, problem: Problem, *, at: datetime) -> None:
        """Make this the problem's current version, in one transaction.

        A version that is already there is not added again, but its name and statements are replaced: they
        are not part of the version, since no verdict depends on them.
        """
        ...

    async def current(self, problem_id: str) -> Problem | None:
        """The version that new submissions are judged against."""
        ...

    async def version(self, problem_id: str, version: str) -> Problem | None:
        """An older version: that of a submission which is judged again."""
        ...

    async def page(self, *, after: str | None, limit: int) -> tuple[list[ProblemSummary], str | None]:
        """Problems ordered by id, from the one after `after`; and the `after` of the next page."""
        ...
