"""What backing up and restoring need of a database and of the place of the test data."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assay.domain.problem import DataRef
from assay.operate.backup.rows import Row


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as the database has it now."""

    name: str
    columns: tuple[str, ...]


class Snapshot(Protocol):
    """A database at one instant, whatever is written meanwhile."""

    database: str
    schema: str
    installation: str | None
    timeline: int | None

    @property
    def tables(self) -> Sequence[Table]:
        """All that make up an installation; those that others refer to come before these."""
        ...

    def pages(self, table: Table) -> AsyncIterator[list[Row]]:
        """The rows by the table's key, some at a time. Raises `Unavailable`."""
        ...


class Loader(Protocol):
    """An empty database that is being filled: all of it is there afterwards, or nothing."""

    async def load(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Raises `UsageError` when this database can have no such rows, and `Unavailable`."""
        ...

    async def settle(self, *, at: datetime) -> int:
        """Once everything is loaded: let what was being judged wait again, and begin a new timeline.

        Returns how many submissions were being judged.
        """
        ...


class Blobs(Protocol):
    """Where test data are. Calls block."""

    def put(self, content: int | bytes) -> DataRef: ...

    def open(self, ref: DataRef) -> int: ...
