"""Recording progress and judgements, many at once, fenced by the leases' tokens in the same transaction."""

from collections.abc import Sequence

from assay.adapters.postgres.columns import columns
from assay.adapters.postgres.finishing import Finish, finish
from assay.adapters.postgres.leases import held
from assay.adapters.postgres.pool import Connection, Postgres
from assay.adapters.postgres.steps import Step, advance
from assay.adapters.sql.batches import Batches
from assay.adapters.sql.instants import to_row
from assay.crash_points import CrashPoint, reach
from assay.domain.clock import Clock
from assay.domain.events import Progress, SubmissionEvent
from assay.domain.judgement import Judgement
from assay.queue.ports import Lease
from assay.verdicts.ports import EventBus
from assay.verdicts.rules import final_step

BATCH_MAX = 256  # judgements in one commit; their runs, of which there are many more, are copied

_RECORDED = """
    SELECT id
      FROM unnest($1::text[], $2::integer[]) AS g (submission_id, generation),
           LATERAL (SELECT id FROM judgements AS j
                     WHERE j.submission_id = g.submission_id AND j.generation = g.generation
                     LIMIT 1) AS recorded
"""


class PostgresVerdictStore:
    """The `VerdictStore` port. `bus` tells those who follow."""

    def __init__(self, database: Postgres, *, bus: EventBus, clock: Clock) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._steps = Batches(self._carry_steps, size_max=BATCH_MAX)
        self._finishes = Batches(self._carry_finishes, size_max=BATCH_MAX)

    async def progress(self, lease: Lease, progress: Progress) -> bool:
        return await self._steps.one((lease, progress))

    async def finish(self, lease: Lease, judgement: Judgement) -> bool:
        step = final_step(judgement.decision)  # refuses what may not be recorded, alone
        return await self._finishes.one((lease, judgement, step))

    async def _carry_steps(self, batch: Sequence[tuple[Lease, Progress]]) -> Sequence[bool]:
        at = to_row(self._clock.now())

        async def record(connection: Connection) -> tuple[list[bool], list[SubmissionEvent]]:
            mine = await held(connection, [lease for lease, _ in batch])
            events: list[SubmissionEvent] = []
            for steps in _rounds([(lease, progress) for lease, progress in batch if lease in mine], at):
                events += await advance(connection, steps)
            reach(CrashPoint.STEP_BEFORE_COMMIT)
            return [lease in mine for lease, _ in batch], events

        recorded, events = await self._database.transaction(record, is_repeatable=False)
        reach(CrashPoint.STEP_BEFORE_RING)
        self._bus.publish(events)
        return recorded

    async def _carry_finishes(self, batch: Sequence[Finish]) -> Sequence[bool]:
        async def record(connection: Connection) -> tuple[list[bool], list[SubmissionEvent]]:
            numbers = await finish(connection, batch)
            recorded = set(numbers)
            if len(recorded) < len(batch):  # too late; or this is the second try of what was committed
                keys = [(lease.submission_id, lease.generation) for lease, _, _ in batch]
                recorded |= {row["id"] for row in await connection.fetch(_RECORDED, *columns(keys, 2))}
            events = [
                SubmissionEvent(submission_id=lease.submission_id, seq=numbers[judgement.id], progress=step)
                for lease, judgement, step in batch
                if judgement.id in numbers
            ]
            reach(CrashPoint.FINISHED_BEFORE_COMMIT)
            return [judgement.id in recorded for _, judgement, _ in batch], events

        recorded, events = await self._database.transaction(record, is_repeatable=True)
        reach(CrashPoint.FINISHED_BEFORE_RING)
        self._bus.publish(events)
        return recorded


def _rounds(batch: Sequence[tuple[Lease, Progress]], at: int) -> list[list[Step]]:
    """The steps in their order, no submission twice in a round."""
    rounds: list[dict[str, Step]] = []
    for lease, progress in batch:
        step = Step(submission_id=lease.submission_id, progress=progress, at=at)
        free = next((each for each in rounds if lease.submission_id not in each), None)
        if free is None:
            free = {}
            rounds.append(free)
        free[lease.submission_id] = step
    return [list(each.values()) for each in rounds]
