"""What is asked of a database about its own history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from assay.domain.acceptance import Acceptance
from assay.operate.history.testimony import Testimony


class Cause(StrEnum):
    RESTORED = "restored"  # by `assay backup restore`
    FOUND = "found"  # by a witness: some other way, or the database lost what it had committed


@dataclass(frozen=True, kw_only=True)
class Break:
    """A new timeline. `kept`: the newest submission before it that is there; None: there was none.

    `missing`: the newest that is known to have been accepted after that and is not there; None: none is.
    """

    timeline: int
    began_at: datetime
    cause: Cause
    host: str
    kept: Acceptance | None
    missing: Acceptance | None

    @property
    def words(self) -> str:
        """For an operator."""
        if self.missing is None:
            what = "no acceptance is known to be missing"
        elif self.kept is None:
            what = f"all acceptances up to {_shown(self.missing.at)} are missing"
        else:
            what = f"acceptances between {_shown(self.kept.at)} and {_shown(self.missing.at)} are missing"
        how = "restored from a backup" if self.cause is Cause.RESTORED else "the database went back"
        return f"timeline {self.timeline} since {_shown(self.began_at)} ({how}): {what}"


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A database as it is now. `lost`: those asked for that are not there, and should be."""

    installation: str
    timeline: int
    newest: Acceptance | None
    lost: tuple[Acceptance, ...]


class History(Protocol):
    async def look(self, seen: Sequence[Acceptance]) -> Sight:
        """Whether submissions that were seen are there. What was archived is not lost.

        Raises `Unavailable`.
        """
        ...

    async def testify(self, testimony: Testimony, *, host: str, at: datetime) -> Break | None:
        """Record what a witness saw and the database does not have: a new break, or more of a known one.

        None when nothing is missing that was not known to be. Raises `Unavailable`.
        """
        ...

    async def breaks(self) -> list[Break]:
        """All of them, the first first. Raises `Unavailable`."""
        ...


def _shown(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
