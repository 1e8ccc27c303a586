"""Upgrading a database with rows of the release before: all is read, and that release can go on writing."""

from pathlib import Path
import sqlite3

from alembic import command
from alembic.config import Config
import pytest

from assay.adapters.sql import migrations
from assay.adapters.sql.reading import SqlSubmissionReader
from assay.adapters.sql.schema import HEAD, prepare
from assay.adapters.sql.sqlite import Database
from assay.domain.verdict import Verdict

# What release 0001 writes for one judged submission, statement by statement as its code has them.
FIRST_RELEASE = """
    INSERT INTO problem_versions (problem_id, version, name, cpu_time_ms, memory_bytes, test_count, document,
                                  recorded_at)
    VALUES ('sum', 'v1', 'Sum', 1000, 268435456, 1, '{{}}', 1)
    ON CONFLICT DO NOTHING;
    INSERT INTO submissions (id, user_id, tenant, problem_id, problem_version, language_id, created_at,
                             status, last_seq)
    VALUES ('{id}', 'u', NULL, 'sum', 'v1', 'c', 1000000, 'queued', 1);
    INSERT INTO submission_files (submission_id, position, name, content)
    VALUES ('{id}', 0, 'main.c', x'61');
    INSERT INTO jobs (submission_id, generation, lane, state, attempt, not_before)
    VALUES ('{id}', 1, 'normal', 'pending', 0, 1000000);
    INSERT INTO events (submission_id, seq, status, test_case, total, verdict)
    VALUES ('{id}', 1, 'queued', NULL, NULL, NULL);
    UPDATE jobs SET state = 'done' WHERE submission_id = '{id}';
    INSERT INTO judgements (id, submission_id, generation, verdict, test_count, compile_output, message,
                            evidence, started_at, ended_at)
    VALUES ('j-{id}', '{id}', 1, 'WA', 1, '', '', '{{"source_sha256": "ab", "problem_version": "v1",
            "language_version": "gcc", "limits": {{}}, "sandbox": "cell", "host_class": "x"}}',
            2000000, 3000000);
    INSERT INTO runs (judgement_id, ordinal, test_name, verdict, cpu_time_ms, wall_time_ms, memory_bytes,
                      exit_code, signal, message)
    VALUES ('j-{id}', 1, 'secret/1', 'WA', 10, 20, 4096, 0, NULL, 'line 1');
    UPDATE submissions
       SET status = 'judged', test_case = 1, total = 1, verdict = 'WA', started_at = 2000000,
           ended_at = 3000000, cpu_time_ms = 10, memory_bytes = 4096, last_seq = last_seq + 1
     WHERE id = '{id}';
    INSERT INTO events (submission_id, seq, status, test_case, total, verdict)
    VALUES ('{id}', 2, 'judged', 1, 1, 'WA');
"""


def write_as_first_release(path: Path, submission_id: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(FIRST_RELEASE.format(id=submission_id))
    connection.close()


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A database at the first schema."""
    path = tmp_path / "assay.sqlite3"
    config = Config()
    config.set_main_option("script_location", str(Path(str(migrations.__file__)).parent))
    config.attributes["target"] = path
    command.upgrade(config, "0001")
    return path


@pytest.mark.parametrize("is_written_after_the_upgrade", [False, True])
async def test_rows_of_the_first_release_are_read(first: Path, *, is_written_after_the_upgrade: bool) -> None:
    if not is_written_after_the_upgrade:
        write_as_first_release(first, "s1")
    prepare(first)
    if is_written_after_the_upgrade:
        write_as_first_release(first, "s1")
    database = Database(first)
    try:
        reader = SqlSubmissionReader(database)
        state = await reader.submission("s1")
        (judgement,) = await reader.judgements("s1")
        events = await reader.events("s1", after_seq=0)
    finally:
        database.close()
    assert state is not None
    assert (state.verdict, state.score, state.near_limit) == (Verdict.WA, None, None)
    assert not state.submission.all_tests
    decision = judgement.decision
    assert (judgement.all_tests, decision.score, decision.groups, decision.near_limit) == (
        False,
        None,
        (),
        False,
    )
    (run,) = decision.runs
    assert (run.test_name, run.verdict, run.score, run.passes, run.team_message, run.judge_message) == (
        "secret/1",
        Verdict.WA,
        None,
        1,
        "",
        "",
    )
    assert [(event.seq, event.progress.score) for event in events] == [(1, None), (2, None)]


def test_nothing_is_lost_on_the_way(first: Path) -> None:
    write_as_first_release(first, "s1")
    prepare(first)
    connection = sqlite3.connect(first)
    counts = [
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        for table in ("submissions", "submission_files", "jobs", "judgements", "runs", "events")
    ]
    (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()
    assert counts == [1, 1, 1, 1, 1, 2]
    assert (version, broken) == (HEAD, [])
