"""Recording progress and judgements, many at once, fenced by the leases' tokens in the same transaction."""

from collections.abc import Sequence
from dataclasses import asdict
import json

from assay.adapters.postgres.batches import Batches
from assay.adapters.postgres.columns import columns
from assay.adapters.postgres.leases import held
from assay.adapters.postgres.pool import Connection, Postgres
from assay.adapters.postgres.steps import Step, advance
from assay.adapters.postgres.texts import to_bytes
from assay.adapters.sql.instants import to_row
from assay.adapters.sql.modes import mode_of
from assay.crash_points import CrashPoint, reach
from assay.domain.clock import Clock
from assay.domain.events import Progress, SubmissionEvent
from assay.domain.judgement import Judgement, Run
from assay.queue.ports import Lease
from assay.verdicts.ports import EventBus
from assay.verdicts.rules import final_step

BATCH_MAX = 64  # judgements in one commit: a hundred runs each make a large statement

_DONE = """
    UPDATE jobs SET state = 'done', lease_token = NULL, lease_until = NULL, cause = NULL
      FROM unnest($1::text[], $2::integer[]) AS g (submission_id, generation)
     WHERE jobs.submission_id = g.submission_id AND jobs.generation = g.generation
"""

_JUDGEMENTS = """
    INSERT INTO judgements (id, submission_id, generation, verdict, test_count, compile_output, message,
                            evidence, started_at, ended_at, mode, score, groups)
    SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::integer[], $6::bytea[],
                         $7::bytea[], $8::text[], $9::bigint[], $10::bigint[], $11::text[],
                         $12::double precision[], $13::text[])
"""

_RUNS = """
    INSERT INTO runs (judgement_id, ordinal, test_name, verdict, cpu_time_ms, wall_time_ms, memory_bytes,
                      exit_code, signal, message, score, near_limit, passes, team_message, judge_message,
                      output, error_output)
    SELECT * FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
                         $7::bigint[], $8::integer[], $9::integer[], $10::bytea[], $11::double precision[],
                         $12::boolean[], $13::integer[], $14::bytea[], $15::bytea[], $16::bytea[],
                         $17::bytea[])
"""

_FIGURES = """
    UPDATE submissions AS s
       SET started_at = g.started_at, cpu_time_ms = g.cpu_time_ms, memory_bytes = g.memory_bytes,
           near_limit = g.near_limit
      FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::boolean[])
           AS g (submission_id, started_at, cpu_time_ms, memory_bytes, near_limit)
     WHERE s.id = g.submission_id
"""

_RECORDED = """
    SELECT id
      FROM judgements
      JOIN unnest($1::text[], $2::integer[]) AS g (submission_id, generation)
     USING (submission_id, generation)
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
        final_step(judgement.decision)  # refuses what may not be recorded, alone
        return await self._finishes.one((lease, judgement))

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

    async def _carry_finishes(self, batch: Sequence[tuple[Lease, Judgement]]) -> Sequence[bool]:
        async def record(connection: Connection) -> tuple[list[bool], list[SubmissionEvent]]:
            mine = await held(connection, [lease for lease, _ in batch])
            judgements = [judgement for lease, judgement in batch if lease in mine]
            if len(mine) < len(batch):  # too late; or this is the second try of a commit that went through
                keys = [(lease.submission_id, lease.generation) for lease, _ in batch]
                earlier = {row["id"] for row in await connection.fetch(_RECORDED, *columns(keys, 2))}
            else:
                earlier = set()
            events = await _record(connection, judgements)
            reach(CrashPoint.FINISHED_BEFORE_COMMIT)
            return [lease in mine or judgement.id in earlier for lease, judgement in batch], events

        recorded, events = await self._database.transaction(record, is_repeatable=True)
        reach(CrashPoint.FINISHED_BEFORE_RING)
        self._bus.publish(events)
        return recorded


async def _record(connection: Connection, judgements: Sequence[Judgement]) -> list[SubmissionEvent]:
    if not judgements:
        return []
    keys = [(each.submission_id, each.generation) for each in judgements]
    await connection.execute(_DONE, *columns(keys, 2))
    await connection.execute(_JUDGEMENTS, *columns([_judgement_row(each) for each in judgements], 13))
    runs = [_run_row(each.id, run) for each in judgements for run in each.decision.runs]
    await connection.execute(_RUNS, *columns(runs, 17))
    await connection.execute(_FIGURES, *columns([_figures_row(each) for each in judgements], 5))
    return await advance(
        connection,
        [
            Step(
                submission_id=each.submission_id,
                progress=final_step(each.decision),
                at=to_row(each.ended_at),
            )
            for each in judgements
        ],
    )


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


def _judgement_row(judgement: Judgement) -> tuple[object, ...]:
    decision = judgement.decision
    return (
        judgement.id,
        judgement.submission_id,
        judgement.generation,
        decision.verdict.value,
        decision.test_count,
        to_bytes(decision.compile_output),
        to_bytes(decision.message),
        json.dumps(asdict(decision.evidence), sort_keys=True),
        to_row(judgement.started_at),
        to_row(judgement.ended_at),
        mode_of(all_tests=judgement.all_tests),
        decision.score,
        json.dumps([asdict(group) for group in decision.groups]),
    )


def _run_row(judgement_id: str, run: Run) -> tuple[object, ...]:
    return (
        judgement_id,
        run.ordinal,
        run.test_name,
        run.verdict.value,
        run.cpu_time_ms,
        run.wall_time_ms,
        run.memory_bytes,
        run.exit_code,
        run.signal,
        to_bytes(run.message),
        run.score,
        run.near_limit,
        run.passes,
        to_bytes(run.team_message),
        to_bytes(run.judge_message),
        to_bytes(run.output),
        to_bytes(run.error_output),
    )


def _figures_row(judgement: Judgement) -> tuple[object, ...]:
    decision = judgement.decision
    return (
        judgement.submission_id,
        to_row(judgement.started_at),
        decision.cpu_time_ms,
        decision.memory_bytes,
        decision.near_limit,
    )
