"""What a database knows of its own history, on either."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from assay.adapters.sql.archiving import first_of
from assay.adapters.sql.instants import from_row, to_row
from assay.adapters.sql.scripts import Script, Scripts
from assay.domain.acceptance import Acceptance
from assay.operate.history.ports import Break, Cause, Sight
from assay.operate.history.testimony import Testimony

_INSTALLATION = "SELECT id, timeline, archived_before FROM installation"
_TAKE_TURN = "UPDATE installation SET timeline = timeline RETURNING id, timeline, archived_before"
_NEWEST = "SELECT id, created_at FROM submissions ORDER BY id DESC LIMIT 1"
_NEWEST_BEFORE = "SELECT id, created_at FROM submissions WHERE id < :id ORDER BY id DESC LIMIT 1"
_IS_THERE = "SELECT 1 FROM submissions WHERE id = :id"

_BREAKS = """
    SELECT number, began_at, cause, host, kept_id, kept_at, missing_id, missing_at FROM timelines
     ORDER BY number
"""
_BREAK_AFTER = """
    SELECT number, missing_id FROM timelines WHERE number > :timeline ORDER BY number LIMIT 1
"""
_BREAK = """
    SELECT number, began_at, cause, host, kept_id, kept_at, missing_id, missing_at FROM timelines
     WHERE number = :number
"""
_BEGIN = """
    INSERT INTO timelines (number, began_at, cause, host, kept_id, kept_at, missing_id, missing_at)
    VALUES (:number, :at, 'found', :host, :kept_id, :kept_at, :missing_id, :missing_at)
"""
_EXTEND = "UPDATE timelines SET missing_id = :missing_id, missing_at = :missing_at WHERE number = :number"
_SET_TIMELINE = "UPDATE installation SET timeline = :number"


class SqlHistory:
    """The `History` port."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def look(self, seen: Sequence[Acceptance]) -> Sight:
        def script() -> Script[Sight]:
            ((installation, timeline, archived_before),) = yield _INSTALLATION, {}
            newest = yield _NEWEST, {}
            lost = yield from _lost(seen, archived_before)
            return Sight(
                installation=installation,
                timeline=timeline,
                newest=_acceptance(*newest[0]) if newest else None,
                lost=tuple(lost),
            )

        return await self._scripts.run(script)

    async def testify(self, testimony: Testimony, *, host: str, at: datetime) -> Break | None:
        def script() -> Script[Break | None]:
            ((installation, timeline, archived_before),) = yield (
                _TAKE_TURN,
                {},
            )  # hosts that start together find one break
            if installation != testimony.installation:
                return None
            newest = yield _NEWEST, {}
            lost = yield from _lost(testimony.seen, archived_before)
            missing = max(lost, key=lambda each: each.id, default=None)
            if timeline > testimony.timeline:
                number = yield from _more_of(testimony, missing)
            elif missing is None and timeline == testimony.timeline:
                number = None
            else:  # also when the database no longer knows of a timeline that was
                number = testimony.timeline + 1
                kept = newest if missing is None else (yield _NEWEST_BEFORE, {"id": missing.id})
                yield _BEGIN, {"number": number, "at": to_row(at), "host": host, **_named(kept, missing)}
                yield _SET_TIMELINE, {"number": number}
            if number is None:
                return None
            (row,) = yield _BREAK, {"number": number}
            return break_of(*row)

        return await self._scripts.run(script)

    async def breaks(self) -> list[Break]:
        def script() -> Script[list[Break]]:
            rows = yield _BREAKS, {}
            return [break_of(*row) for row in rows]

        return await self._scripts.run(script)


def _lost(seen: Iterable[Acceptance], archived_before: int | None) -> Script[list[Acceptance]]:
    kept_from = "" if archived_before is None else first_of(from_row(archived_before))
    lost = []
    for each in seen:
        if each.id < kept_from or (yield _IS_THERE, {"id": each.id}):
            continue
        lost.append(each)
    return lost


def _more_of(testimony: Testimony, missing: Acceptance | None) -> Script[int | None]:
    """The number of the break that comes after what was seen, if this is more than was known of it."""
    rows = yield _BREAK_AFTER, {"timeline": testimony.timeline}
    if missing is None or not rows:
        return None
    ((number, known_id),) = rows
    if known_id is not None and known_id >= missing.id:
        return None
    yield _EXTEND, {"number": number, "missing_id": missing.id, "missing_at": to_row(missing.at)}
    return int(number)


def _named(kept: Sequence[Sequence[Any]], missing: Acceptance | None) -> dict[str, Any]:
    kept_id, kept_at = kept[0] if kept else (None, None)
    return {
        "kept_id": kept_id,
        "kept_at": kept_at,
        "missing_id": None if missing is None else missing.id,
        "missing_at": None if missing is None else to_row(missing.at),
    }


def break_of(*row: Any) -> Break:
    """From a row of `timelines`, all columns in their order."""
    number, began_at, cause, host, kept_id, kept_at, missing_id, missing_at = row
    return Break(
        timeline=number,
        began_at=from_row(began_at),
        cause=Cause(cause),
        host=host,
        kept=None if kept_id is None else _acceptance(kept_id, kept_at),
        missing=None if missing_id is None else _acceptance(missing_id, missing_at),
    )


def _acceptance(submission_id: str, at: int) -> Acceptance:
    return Acceptance(id=submission_id, at=from_row(at))
