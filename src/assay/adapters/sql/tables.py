"""The tables of an installation, for whoever copies it whole, and what is put right in a copy."""

from collections.abc import Mapping, Sequence

from assay.adapters.sql.scripts import Script
from assay.errors import UsageError
from assay.operate.backup.rows import Kind, Row, Value, as_kind

# Those that others refer to come first.
KEPT = (
    "installation",
    "timelines",
    "problem_versions",
    "problems",
    "submissions",
    "submission_files",
    "idempotency_keys",
    "jobs",
    "faults",
    "judgements",
    "runs",
    "events",
    "custom_runs",
    "scoring",
    "scores",
    "evidence_people",
    "evidence_entries",
    "evidence_parts",
    "evidence_nodes",
    "evidence_heads",
    "evidence_keys",
)
LEFT = ("alembic_version", "workers")  # the schema's own; processes that will not be there
FOUNDED = ("installation",)  # has a row from the beginning

_OF_ONE_DATABASE = frozenset({("events", "position")})  # SQLite's feed counts events over all submissions

_LEASED = "SELECT submission_id FROM jobs WHERE state = 'leased'"

# Like a lease that its worker gives back (jobs.py): the try is not counted.
_QUEUE_AGAIN = f"""
    UPDATE submissions
       SET status = 'queued', test_case = NULL, total = NULL, verdict = NULL, score = NULL, started_at = NULL,
           ended_at = NULL, last_seq = last_seq + 1
     WHERE id IN ({_LEASED})
"""  # noqa: S608 - our own words, as below

_TELL = f"""
    INSERT INTO events (submission_id, seq, status)
    SELECT id, last_seq, 'queued' FROM submissions WHERE id IN ({_LEASED})
"""  # noqa: S608

_GIVE_BACK = """
    UPDATE jobs SET state = 'pending', lease_token = NULL, lease_until = NULL, attempt = attempt - 1
     WHERE state = 'leased'
 RETURNING submission_id
"""

_GIVE_BACK_RUNS = """
    UPDATE custom_runs SET state = 'pending', lease_token = NULL, lease_until = NULL, attempt = attempt - 1
     WHERE state = 'leased'
"""

_GIVE_BACK_SCORING = """
    UPDATE scoring SET state = 'waiting', lease_token = NULL, lease_until = NULL, attempt = attempt - 1
     WHERE state = 'leased'
"""

_UNANNOUNCE = "UPDATE jobs SET announced_at = NULL WHERE state = 'pending' AND announced_at IS NOT NULL"

_NEWEST = "SELECT id, created_at FROM submissions ORDER BY id DESC LIMIT 1"

_NEXT_TIMELINE = "UPDATE installation SET timeline = timeline + 1 RETURNING timeline"

_BEGIN = """
    INSERT INTO timelines (number, began_at, cause, host, kept_id, kept_at)
    VALUES (:number, :at, 'restored', :host, :kept_id, :kept_at)
"""


def settle(columns: Mapping[str, Mapping[str, Kind]], *, at: int, host: str) -> Script[int]:
    """What has to be put right in a copy before anybody works on it. How many were being judged.

    `columns`: what the tables have; `at`: microseconds since 1970 UTC.
    """
    yield _QUEUE_AGAIN, {}
    yield _TELL, {}
    waiting = yield _GIVE_BACK, {}
    if "custom_runs" in columns:
        yield _GIVE_BACK_RUNS, {}
    if "scoring" in columns:
        yield _GIVE_BACK_SCORING, {}
    if "announced_at" in columns["jobs"]:  # on a broker that knows nothing of this copy
        yield _UNANNOUNCE, {}
    if "installation" in columns:
        newest = yield _NEWEST, {}
        kept_id, kept_at = newest[0] if newest else (None, None)
        ((number,),) = yield _NEXT_TIMELINE, {}
        yield _BEGIN, {"number": number, "at": at, "host": host, "kept_id": kept_id, "kept_at": kept_at}
    return len(waiting)


def fit(
    table: str, columns: Sequence[str], rows: Sequence[Row], there: Mapping[str, Mapping[str, Kind]]
) -> tuple[list[str], list[tuple[Value, ...]]]:
    """Rows of a copy as the database `there` takes them, and the columns that it has of theirs.

    Names come from a file: none gets into a statement that the database does not have. Raises `UsageError`.
    """
    kinds = there.get(table)
    if kinds is None or table not in KEPT:
        raise UsageError(f"the backup has a table {table}, which this database cannot have")
    unknown = {name for name in columns if name not in kinds and (table, name) not in _OF_ONE_DATABASE}
    if unknown or len(set(columns)) < len(columns):
        named = ", ".join(sorted(unknown)) or "one of them twice"
        raise UsageError(f"the backup has columns of {table} that this database cannot have: {named}")
    places = [place for place, name in enumerate(columns) if name in kinds]
    wanted = [kinds[columns[place]] for place in places]
    try:
        fitting = [
            tuple(as_kind(row[place], kind) for place, kind in zip(places, wanted, strict=True))
            for row in rows
        ]
    except ValueError as error:
        raise UsageError(f"the backup has a row of {table} that no database takes: {error}") from None
    return [columns[place] for place in places], fitting


def not_empty(name: str, table: str) -> UsageError:
    return UsageError(
        f"the database {name} is not empty: it has rows in {table}. A backup is restored into a new one: "
        "name another data folder with --data-dir, or an empty database with --database-url"
    )
