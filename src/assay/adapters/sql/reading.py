"""Reading submissions, judgements and events. Every function reads one snapshot."""

from collections.abc import Sequence
import json
from typing import Any

from assay.adapters.sql.instants import from_row, from_row_or_none
from assay.adapters.sql.modes import ALL_TESTS
from assay.adapters.sql.sqlite import Connection, Database
from assay.adapters.sql.steps import EVENT_COLUMNS, event_of
from assay.domain.events import SubmissionEvent
from assay.domain.judgement import Decision, Evidence, GroupResult, Judgement, Run
from assay.domain.submission import SourceFile, Submission, SubmissionStatus
from assay.domain.verdict import Verdict
from assay.verdicts.ports import SubmissionState

_SUBMISSION = """
    SELECT id, problem_id, problem_version, language_id, user_id, tenant, created_at,
           status, verdict, test_case, total, cpu_time_ms, memory_bytes, last_seq, started_at, ended_at,
           mode, score, near_limit
      FROM submissions
     WHERE id = ?
"""

_FILES = "SELECT name, content FROM submission_files WHERE submission_id = ? ORDER BY position"

_JUDGEMENT_COLUMNS = """
    id, submission_id, generation, verdict, test_count, compile_output, message, evidence,
    started_at, ended_at, mode, score, groups
"""

_JUDGEMENTS = f"SELECT {_JUDGEMENT_COLUMNS} FROM judgements WHERE submission_id = ? ORDER BY generation"  # noqa: S608

_JUDGEMENT = f"SELECT {_JUDGEMENT_COLUMNS} FROM judgements WHERE id = ?"  # noqa: S608 - our own words

_RUNS = """
    SELECT ordinal, test_name, verdict, cpu_time_ms, wall_time_ms, memory_bytes, exit_code, signal, message,
           score, near_limit, passes, team_message, judge_message, output, error_output
      FROM runs
     WHERE judgement_id = ?
     ORDER BY ordinal
"""

_EVENTS = f"SELECT {EVENT_COLUMNS} FROM events WHERE submission_id = ? AND seq > ? ORDER BY seq"  # noqa: S608

_LAST_SEQS = "SELECT id, last_seq FROM submissions WHERE id IN (SELECT value FROM json_each(?))"

JudgementRow = tuple[str, str, int, str, int, str, str, str, int, int, str, float | None, str]


class SqlSubmissionReader:
    """The `SubmissionReader` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def submission(self, submission_id: str) -> SubmissionState | None:
        return await self._database.read(lambda connection: read_submission(connection, submission_id))

    async def judgements(self, submission_id: str) -> list[Judgement]:
        def query(connection: Connection) -> list[Judgement]:
            rows = connection.execute(_JUDGEMENTS, (submission_id,)).fetchall()
            return [_judgement_of(connection, row) for row in rows]

        return await self._database.read(query)

    async def judgement(self, judgement_id: str) -> Judgement | None:
        def query(connection: Connection) -> Judgement | None:
            row = connection.execute(_JUDGEMENT, (judgement_id,)).fetchone()
            return None if row is None else _judgement_of(connection, row)

        return await self._database.read(query)

    async def events(self, submission_id: str, *, after_seq: int) -> list[SubmissionEvent]:
        def query(connection: Connection) -> list[SubmissionEvent]:
            return [event_of(row) for row in connection.execute(_EVENTS, (submission_id, after_seq))]

        return await self._database.read(query)

    async def last_seqs(self, submission_ids: Sequence[str]) -> dict[str, int]:
        def query(connection: Connection) -> dict[str, int]:
            return dict(connection.execute(_LAST_SEQS, (json.dumps(list(submission_ids)),)))

        return await self._database.read(query)


def read_submission(connection: Connection, submission_id: str) -> SubmissionState | None:
    """A submission with its files and where it stands, or None."""
    row = connection.execute(_SUBMISSION, (submission_id,)).fetchone()
    if row is None:
        return None
    (
        found_id,
        problem_id,
        problem_version,
        language_id,
        user_id,
        tenant,
        created_at,
        status,
        verdict,
        test_case,
        total,
        cpu_time_ms,
        memory_bytes,
        last_seq,
        started_at,
        ended_at,
        mode,
        score,
        near_limit,
    ) = row
    files = connection.execute(_FILES, (submission_id,)).fetchall()
    return SubmissionState(
        submission=Submission(
            id=found_id,
            problem_id=problem_id,
            problem_version=problem_version,
            language_id=language_id,
            files=tuple(SourceFile(name=name, content=content) for name, content in files),
            user_id=user_id,
            tenant=tenant,
            created_at=from_row(created_at),
            all_tests=mode == ALL_TESTS,
        ),
        status=SubmissionStatus(status),
        verdict=None if verdict is None else Verdict(verdict),
        test_case=test_case,
        total=total,
        cpu_time_ms=cpu_time_ms,
        memory_bytes=memory_bytes,
        last_seq=last_seq,
        started_at=from_row_or_none(started_at),
        ended_at=from_row_or_none(ended_at),
        score=score,
        near_limit=None if near_limit is None else bool(near_limit),
    )


def _judgement_of(connection: Connection, row: JudgementRow) -> Judgement:
    (
        found_id,
        submission_id,
        generation,
        verdict,
        test_count,
        compile_output,
        message,
        evidence,
        started_at,
        ended_at,
        mode,
        score,
        groups,
    ) = row
    runs = tuple(
        Run(
            ordinal=ordinal,
            test_name=test_name,
            verdict=Verdict(run_verdict),
            cpu_time_ms=cpu_time_ms,
            wall_time_ms=wall_time_ms,
            memory_bytes=memory_bytes,
            exit_code=exit_code,
            signal=signal,
            message=run_message,
            score=run_score,
            near_limit=bool(near_limit),
            passes=passes,
            team_message=team_message,
            judge_message=judge_message,
            output=output,
            error_output=error_output,
        )
        for (
            ordinal,
            test_name,
            run_verdict,
            cpu_time_ms,
            wall_time_ms,
            memory_bytes,
            exit_code,
            signal,
            run_message,
            run_score,
            near_limit,
            passes,
            team_message,
            judge_message,
            output,
            error_output,
        ) in connection.execute(_RUNS, (found_id,))
    )
    return Judgement(
        id=found_id,
        submission_id=submission_id,
        generation=generation,
        decision=Decision(
            verdict=Verdict(verdict),
            runs=runs,
            test_count=test_count,
            compile_output=compile_output,
            message=message,
            evidence=Evidence(**json.loads(evidence)),
            score=score,
            groups=tuple(_group_of(group) for group in json.loads(groups)),
        ),
        started_at=from_row(started_at),
        ended_at=from_row(ended_at),
        all_tests=mode == ALL_TESTS,
    )


def _group_of(document: dict[str, Any]) -> GroupResult:
    verdict = document["verdict"]
    return GroupResult(**{**document, "verdict": None if verdict is None else Verdict(verdict)})
