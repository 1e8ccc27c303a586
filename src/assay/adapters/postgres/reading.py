"""Reading submissions, judgements and events.

A judgement and its runs are written together and never changed: whoever sees the one sees the others,
without a transaction around both.
"""

from collections.abc import Sequence
import json
from typing import Any, Protocol

from assay.adapters.postgres.pool import Record
from assay.adapters.postgres.texts import from_bytes
from assay.adapters.sql.instants import from_row, from_row_or_none
from assay.adapters.sql.modes import ALL_TESTS
from assay.adapters.sql.steps import EVENT_COLUMNS, event_of
from assay.domain.events import SubmissionEvent
from assay.domain.judgement import Decision, Evidence, GroupResult, Judgement, Run
from assay.domain.submission import SourceFile, Submission, SubmissionStatus
from assay.domain.verdict import Verdict
from assay.verdicts.ports import SubmissionState

# Of a submission's row `s`, for `submission_of`.
FILES = """
    LATERAL (SELECT array_agg(name ORDER BY position) AS names,
                    array_agg(content ORDER BY position) AS contents
               FROM submission_files WHERE submission_id = s.id) AS f
"""

_SUBMISSIONS = f"SELECT s.*, f.names, f.contents FROM submissions AS s, {FILES} WHERE s.id = ANY($1)"  # noqa: S608

_EVENTS = f"SELECT {EVENT_COLUMNS} FROM events WHERE submission_id = $1 AND seq > $2 ORDER BY seq"  # noqa: S608

_JUDGEMENTS = "SELECT * FROM judgements WHERE submission_id = $1 ORDER BY generation"

_JUDGEMENT = "SELECT * FROM judgements WHERE id = $1"

_RUNS = "SELECT * FROM runs WHERE judgement_id = ANY($1) ORDER BY judgement_id, ordinal"

_LAST_SEQS = "SELECT id, last_seq FROM submissions WHERE id = ANY($1)"


class Source(Protocol):
    """A pool, or a connection in a transaction."""

    async def fetch(self, sql: str, *values: Any) -> list[Record]: ...


class PostgresSubmissionReader:
    """The `SubmissionReader` port."""

    def __init__(self, database: Source) -> None:
        self._database = database

    async def submission(self, submission_id: str) -> SubmissionState | None:
        states = await read_submissions(self._database, [submission_id])
        return states[0] if states else None

    async def judgements(self, submission_id: str) -> list[Judgement]:
        return await self._with_runs(await self._database.fetch(_JUDGEMENTS, submission_id))

    async def judgement(self, judgement_id: str) -> Judgement | None:
        judgements = await self._with_runs(await self._database.fetch(_JUDGEMENT, judgement_id))
        return judgements[0] if judgements else None

    async def events(self, submission_id: str, *, after_seq: int) -> list[SubmissionEvent]:
        rows = await self._database.fetch(_EVENTS, submission_id, after_seq)
        return [event_of(tuple(row)) for row in rows]

    async def last_seqs(self, submission_ids: Sequence[str]) -> dict[str, int]:
        rows = await self._database.fetch(_LAST_SEQS, list(submission_ids))
        return {row["id"]: row["last_seq"] for row in rows}

    async def _with_runs(self, judgements: Sequence[Record]) -> list[Judgement]:
        runs = await self._database.fetch(_RUNS, [row["id"] for row in judgements]) if judgements else []
        return [
            _judgement_of(row, [_run_of(run) for run in runs if run["judgement_id"] == row["id"]])
            for row in judgements
        ]


async def read_submissions(source: Source, submission_ids: Sequence[str]) -> list[SubmissionState]:
    """Those of them that there are, with their files and where they stand."""
    if not submission_ids:
        return []
    return [_state_of(row) for row in await source.fetch(_SUBMISSIONS, list(submission_ids))]


def submission_of(row: Record) -> Submission:
    """From all columns of its row, and its files."""
    files = zip(row["names"] or (), row["contents"] or (), strict=True)
    return Submission(
        id=row["id"],
        problem_id=row["problem_id"],
        problem_version=row["problem_version"],
        language_id=row["language_id"],
        files=tuple(SourceFile(name=name, content=content) for name, content in files),
        user_id=row["user_id"],
        tenant=row["tenant"],
        created_at=from_row(row["created_at"]),
        all_tests=row["mode"] == ALL_TESTS,
    )


def _state_of(row: Record) -> SubmissionState:
    return SubmissionState(
        submission=submission_of(row),
        status=SubmissionStatus(row["status"]),
        verdict=None if row["verdict"] is None else Verdict(row["verdict"]),
        test_case=row["test_case"],
        total=row["total"],
        cpu_time_ms=row["cpu_time_ms"],
        memory_bytes=row["memory_bytes"],
        last_seq=row["last_seq"],
        started_at=from_row_or_none(row["started_at"]),
        ended_at=from_row_or_none(row["ended_at"]),
        score=row["score"],
        near_limit=row["near_limit"],
    )


def _judgement_of(row: Record, runs: Sequence[Run]) -> Judgement:
    groups = [
        GroupResult(**{**each, "verdict": None if each["verdict"] is None else Verdict(each["verdict"])})
        for each in json.loads(row["groups"])
    ]
    return Judgement(
        id=row["id"],
        submission_id=row["submission_id"],
        generation=row["generation"],
        decision=Decision(
            verdict=Verdict(row["verdict"]),
            runs=tuple(runs),
            test_count=row["test_count"],
            compile_output=from_bytes(row["compile_output"]),
            message=from_bytes(row["message"]),
            evidence=Evidence(**json.loads(row["evidence"])),
            score=row["score"],
            groups=tuple(groups),
        ),
        started_at=from_row(row["started_at"]),
        ended_at=from_row(row["ended_at"]),
        all_tests=row["mode"] == ALL_TESTS,
    )


def _run_of(row: Record) -> Run:
    return Run(
        ordinal=row["ordinal"],
        test_name=row["test_name"],
        verdict=Verdict(row["verdict"]),
        cpu_time_ms=row["cpu_time_ms"],
        wall_time_ms=row["wall_time_ms"],
        memory_bytes=row["memory_bytes"],
        exit_code=row["exit_code"],
        signal=row["signal"],
        message=from_bytes(row["message"]),
        score=row["score"],
        near_limit=row["near_limit"],
        passes=row["passes"],
        team_message=from_bytes(row["team_message"]),
        judge_message=from_bytes(row["judge_message"]),
        output=from_bytes(row["output"]),
        error_output=from_bytes(row["error_output"]),
    )
