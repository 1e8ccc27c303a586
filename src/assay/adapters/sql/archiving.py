"""What is old and over: which rows that is, taking them out, and putting them back. On either database.

A submission goes with all that is its own: sources, judgements, runs, events, its job and what went wrong
with it. One that is not over, or whose job is a dead letter that may be tried again, stays.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from assay.adapters.sql.instants import to_row
from assay.adapters.sql.scripts import Script
from assay.adapters.sql.tables import fit
from assay.domain.identity import RANDOM_BYTES, uuid7
from assay.operate.backup.rows import Kind, Row, Value

_INSTANT_CHARACTERS = 13  # of an identity: eight digits, a hyphen, four digits
_IS_OVER = """
    status IN ('judged', 'failed')
    AND NOT EXISTS (SELECT 1 FROM jobs AS j WHERE j.submission_id = submissions.id AND j.state <> 'done')
"""
_OF_SUBMISSIONS = (
    "submission_files", "jobs", "faults", "judgements", "events", "idempotency_keys"
)  # fmt: skip
_POSITION = "position"  # of SQLite's events over all submissions: those that come back come now

_NOTE = """
    UPDATE installation SET archived_before = :before
     WHERE coalesce(archived_before, :before) <= :before
"""

# The row is locked by what changes nothing; who has changed since it was copied is not taken.
_HOLD = """
    UPDATE submissions SET last_seq = last_seq WHERE id IN ({ids}) AND {is_over} RETURNING id, last_seq
"""
_REMOVE_RUNS = """
    DELETE FROM runs WHERE judgement_id IN (SELECT id FROM judgements WHERE submission_id IN ({ids}))
"""
_REMOVE = "DELETE FROM {table} WHERE submission_id IN ({ids})"
_REMOVE_SUBMISSIONS = "DELETE FROM submissions WHERE id IN ({ids})"
_INSERT = "INSERT INTO {table} ({columns}) VALUES {rows} ON CONFLICT DO NOTHING"

VALUES_MAX = 10_000  # of a statement; SQLite takes 32,766, PostgreSQL 65,535


def old_rows(before: datetime) -> dict[str, str]:
    """By table: which rows belong to submissions that came before an instant and are over.

    The versions of their problems are copied, too, and stay: others may be of the same.
    """
    old = f"id < '{first_of(before)}' AND {_IS_OVER}"
    ids = f"SELECT id FROM submissions WHERE {old}"  # noqa: S608 - our own words, as below
    return {
        "problem_versions": f"""(problem_id, version) IN
            (SELECT problem_id, problem_version FROM submissions WHERE {old})""",  # noqa: S608
        "problems": "1 = 0",
        "submissions": old,
        "runs": f"judgement_id IN (SELECT id FROM judgements WHERE submission_id IN ({ids}))",  # noqa: S608
        **dict.fromkeys(_OF_SUBMISSIONS, f"submission_id IN ({ids})"),
    }


def first_of(instant: datetime) -> str:
    """What sorts before all identities of an instant, and after all older ones: digits and hyphens."""
    return uuid7(instant, bytes(RANDOM_BYTES))[:_INSTANT_CHARACTERS]


def note(before: datetime) -> Script[None]:
    """Have it known, before anything goes, that what came before an instant may be gone."""
    yield _NOTE, {"before": to_row(before)}


def remove(copied: Mapping[str, int]) -> Script[int]:
    """Take these submissions out, with all that is theirs; each by its `last_seq` when it was copied.

    Returns how many went. Who has changed since, or is gone already, is left alone.
    """
    names = _names(list(copied))
    held = yield _HOLD.format(ids=_list_of(names), is_over=_IS_OVER), names
    unchanged = [submission_id for submission_id, last_seq in held if copied[submission_id] == last_seq]
    if not unchanged:
        return 0
    names = _names(unchanged)
    ids = _list_of(names)
    yield _REMOVE_RUNS.format(ids=ids), names
    for table in _OF_SUBMISSIONS:
        yield _REMOVE.format(table=table, ids=ids), names
    yield _REMOVE_SUBMISSIONS.format(ids=ids), names
    return len(unchanged)


def put_back(
    table: str, columns: Sequence[str], rows: Sequence[Row], there: Mapping[str, Mapping[str, Kind]]
) -> Script[int]:
    """Rows of an archive, those that are there left as they are. How many were given. Raises `UsageError`.

    `there`: the columns of this database's tables, for an archive may be of the other kind.
    """
    if table == "events":
        there = {**there, table: {name: kind for name, kind in there[table].items() if name != _POSITION}}
    named, fitting = fit(table, columns, rows, there)
    size = max(1, VALUES_MAX // len(named))
    for begin in range(0, len(fitting), size):
        values: dict[str, Value] = {}
        lines = []
        for number, row in enumerate(fitting[begin : begin + size]):
            own = {f"r{number}_{place}": value for place, value in enumerate(row)}
            values.update(own)
            lines.append(f"({', '.join(f':{name}' for name in own)})")
        yield _INSERT.format(table=table, columns=", ".join(named), rows=", ".join(lines)), values
    return len(fitting)


def _names(ids: Sequence[str]) -> dict[str, str]:
    return {f"i{number}": each for number, each in enumerate(ids)}


def _list_of(names: Mapping[str, str]) -> str:
    return ", ".join(f":{name}" for name in names)
