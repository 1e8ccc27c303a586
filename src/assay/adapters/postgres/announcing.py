"""Marking what is announced on a broker, and claiming what its messages name. Looking: adapters/sql."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from assay.adapters.postgres.leases import RELAXED, claiming, lease_of
from assay.adapters.postgres.pool import Postgres
from assay.adapters.postgres.scripts import PostgresScripts
from assay.adapters.sql.announcing import Looking
from assay.adapters.sql.instants import microseconds, to_row
from assay.domain.clock import Clock
from assay.errors import Unavailable
from assay.queue.broker import Announcement
from assay.queue.ports import Lease

# LATERAL, so that jobs are found by their keys. Of a judge that keeps up the planner believes that nothing
# waits, and else it would go through all that does, for each batch.
_NAMED = """
    SELECT submission_id, generation
      FROM unnest($1::text[], $2::integer[], $3::bigint[]) AS g (submission_id, generation, at),
           LATERAL (SELECT 1 FROM jobs AS j
                     WHERE j.submission_id = g.submission_id AND j.generation = g.generation
                       AND j.state = 'pending' AND {which}) AS named
"""

# Rows that others hold are theirs: they are claiming them, or announcing them, too.
_SKIPPING = "FOR UPDATE SKIP LOCKED"

_DUE = "NOT held AND not_before <= $4"

_MARK = f"""
    WITH meant AS ({_NAMED.format(which=f"not_before = g.at {_SKIPPING}")}), {RELAXED}
    UPDATE jobs SET announced_at = $4
      FROM meant CROSS JOIN relaxed
     WHERE jobs.submission_id = meant.submission_id AND jobs.generation = meant.generation
"""  # noqa: S608 - our own words, as below

_UNMARK = f"""
    WITH meant AS ({_NAMED.format(which=f"announced_at <= $4 {_SKIPPING}")}), {RELAXED}
    UPDATE jobs SET announced_at = NULL
      FROM meant CROSS JOIN relaxed
     WHERE jobs.submission_id = meant.submission_id AND jobs.generation = meant.generation
"""  # noqa: S608

_CLAIM = claiming(_NAMED.format(which=f"{_DUE} {_SKIPPING}"), by="$5, $6, $7")

# Named, due and pending, and not claimed nevertheless: somebody holds its row, most likely the relay, which
# marks it as announced just now.
_STILL_THERE = _NAMED.format(which=f"{_DUE} LIMIT 1")  # which keeps it LATERAL, as a lock does

_LOCKED_PAUSES_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1)  # who stands still is not waited for


class PostgresAnnouncements(Looking):
    """The `Announcements` port."""

    def __init__(self, database: Postgres, *, clock: Clock) -> None:
        super().__init__(PostgresScripts(database), clock=clock)
        self._database = database

    async def mark(self, announcements: Sequence[Announcement]) -> None:
        """One statement: those whom the messages have reached wait for its locks."""
        await self._database.fetch(_MARK, *_columns(announcements), to_row(self._clock.now()))

    async def unmark(self, announcements: Sequence[Announcement]) -> None:
        await self._database.fetch(_UNMARK, *_columns(announcements), to_row(self._clock.now()))

    async def claim_named(
        self, announcements: Sequence[Announcement], *, worker_id: str, token: str, lease_seconds: float
    ) -> list[Lease]:
        """Of a row that another one has locked the message is all but used up, so it is tried again."""
        leases = await self._claim_named(announcements, worker_id, token, lease_seconds)
        with suppress(Unavailable):  # what is claimed is claimed
            for seconds in _LOCKED_PAUSES_SECONDS:
                claimed = {(lease.submission_id, lease.generation) for lease in leases}
                left = [each for each in announcements if _name(each) not in claimed]
                locked = await self._still_there(left)
                if not locked:
                    break
                await asyncio.sleep(seconds)
                leases += await self._claim_named(locked, worker_id, token, lease_seconds)
        return sorted(leases, key=lambda lease: (lease.submission_id, lease.generation))

    async def _still_there(self, announcements: Sequence[Announcement]) -> list[Announcement]:
        if not announcements:
            return []
        rows = await self._database.fetch(_STILL_THERE, *_columns(announcements), to_row(self._clock.now()))
        names = {(row[0], row[1]) for row in rows}
        return [each for each in announcements if _name(each) in names]

    async def _claim_named(
        self, announcements: Sequence[Announcement], worker_id: str, token: str, lease_seconds: float
    ) -> list[Lease]:
        now = to_row(self._clock.now())
        until = now + microseconds(lease_seconds)
        # Not repeated: what a lost connection may have claimed is swept when its lease runs out.
        rows = await self._database.fetch(_CLAIM, *_columns(announcements), now, token, until, worker_id)
        return [lease_of(row) for row in rows]


def _name(announcement: Announcement) -> tuple[str, int]:
    return announcement.submission_id, announcement.generation


def _columns(announcements: Sequence[Announcement]) -> tuple[list[str], list[int], list[int]]:
    return (
        [each.submission_id for each in announcements],
        [each.generation for each in announcements],
        [to_row(each.at) for each in announcements],
    )
