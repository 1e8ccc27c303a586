"""Reading what was judged from a standby, and never anything but what the primary says now.

What guarantees it is the number that the cache of results relies on, too (verdicts/reading.py): everything
that changes a submission counts up `last_seq` of its row in the same transaction. The primary is asked for
that number alone, for all who ask at the same time in one statement. The standby is asked for the rest, in
one snapshot with its own number: the same number is the same submission, with the same judgements. Any other
is a standby that is behind, and the primary is asked for all of it.

So whoever has submitted, or was told something by whichever process, is never told anything older; a
standby that lags costs time and nothing else.

Events are read from the primary: those who follow ask for what has happened just now.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from assay.adapters.postgres.pool import Connection, Postgres
from assay.adapters.postgres.reading import PostgresSubmissionReader
from assay.adapters.postgres.replica import Replica
from assay.adapters.sql.batches import Batches
from assay.domain.events import SubmissionEvent
from assay.domain.judgement import Judgement
from assay.errors import Unavailable
from assay.verdicts.ports import SubmissionState

T = TypeVar("T")
BATCH_MAX = 256


class ReplicaReader:
    """The `SubmissionReader` port."""

    def __init__(self, database: Postgres, replica: Replica) -> None:
        self._primary = PostgresSubmissionReader(database)
        self._replica = replica
        self._numbers = Batches(self._ask_numbers, size_max=BATCH_MAX)

    async def submission(self, submission_id: str) -> SubmissionState | None:
        async def read(connection: Connection) -> SubmissionState | None:
            return await PostgresSubmissionReader(connection).submission(submission_id)

        number, state = await self._both(submission_id, read)
        if state is not None and state.last_seq == number:
            return self._counted(state)
        self._replica.reads["primary"] += 1
        return await self._primary.submission(submission_id)

    async def judgements(self, submission_id: str) -> list[Judgement]:
        async def read(connection: Connection) -> tuple[int | None, list[Judgement]]:
            reader = PostgresSubmissionReader(connection)
            there = (await reader.last_seqs([submission_id])).get(submission_id)
            return there, await reader.judgements(submission_id)

        number, found = await self._both(submission_id, read)
        if found is not None and number is not None and found[0] == number:
            return self._counted(found[1])
        self._replica.reads["primary"] += 1
        return await self._primary.judgements(submission_id)

    async def judgement(self, judgement_id: str) -> Judgement | None:
        """Judgements never change: one that is there at all is right."""
        found = await self._from_replica(
            lambda connection: PostgresSubmissionReader(connection).judgement(judgement_id)
        )
        if found is not None:
            return self._counted(found)
        self._replica.reads["primary"] += 1
        return await self._primary.judgement(judgement_id)

    async def events(self, submission_id: str, *, after_seq: int) -> list[SubmissionEvent]:
        return await self._primary.events(submission_id, after_seq=after_seq)

    async def last_seqs(self, submission_ids: Sequence[str]) -> dict[str, int]:
        return await self._primary.last_seqs(submission_ids)

    async def _both(
        self, submission_id: str, read: Callable[[Connection], Awaitable[T]]
    ) -> tuple[int | None, T | None]:
        """The primary's number, and what the standby has; None: nothing. Raises `Unavailable`."""
        if self._replica.trouble is not None:
            return None, None
        number = await self._numbers.one(submission_id)
        return number, None if number is None else await self._from_replica(read)

    async def _from_replica(self, read: Callable[[Connection], Awaitable[T]]) -> T | None:
        try:
            return await self._replica.read(read)
        except Unavailable:  # the replica has said so
            return None

    async def _ask_numbers(self, submission_ids: Sequence[str]) -> Sequence[int | None]:
        numbers = await self._primary.last_seqs(submission_ids)
        return [numbers.get(submission_id) for submission_id in submission_ids]

    def _counted(self, found: T) -> T:
        self._replica.reads["replica"] += 1
        return found
