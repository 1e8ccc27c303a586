"""Which jobs are to be announced on a broker, on either database; marking and claiming them on SQLite."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from assay.adapters.sql.instants import from_row, microseconds, to_row
from assay.adapters.sql.leases import lease_of
from assay.adapters.sql.scripts import Script, Scripts, SqliteReadingScripts
from assay.adapters.sql.sqlite import Connection, Database
from assay.domain.clock import Clock
from assay.domain.lane import Lane
from assay.queue.announcing import LIVE_TOPICS, Due, Rounds, by_topic
from assay.queue.broker import Announcement, topic_of
from assay.queue.fairness import Flow, Service, in_turn
from assay.queue.ports import Lease

_LANES = {
    topic: ", ".join(f"'{lane.value}'" for lane in Lane if topic_of(lane) is topic) for topic in LIVE_TOPICS
}

_WAITS = "j.state = 'pending' AND NOT j.held"
_DUE = f"{_WAITS} AND j.not_before <= :now"
_FRESH = "j.announced_at IS NULL"
_OVERDUE = "j.announced_at <= :before"
_OVERLOOKED = "coalesce(j.announced_at, j.not_before) <= :before"

# Each statement's {condition} is one of these, and which languages count.
_FLOWS = f"""
    WITH RECURSIVE flows (lane, tenant) AS (
        SELECT column1, (SELECT min(tenant) FROM jobs AS j WHERE {_WAITS} AND lane = column1)
          FROM (VALUES {", ".join(f"('{lane.value}')" for lane in Lane)}) AS lanes
        UNION ALL
        SELECT lane, (SELECT min(tenant) FROM jobs AS j
                       WHERE {_WAITS} AND j.lane = flows.lane AND j.tenant > flows.tenant)
          FROM flows WHERE tenant IS NOT NULL
    )
    SELECT lane, tenant,
           (SELECT count(*)
              FROM (SELECT 1 FROM jobs AS j
                     WHERE {_DUE} AND {{condition}} AND j.lane = flows.lane AND j.tenant = flows.tenant
                     LIMIT :limit) AS some_jobs)
      FROM flows WHERE tenant IS NOT NULL
"""  # noqa: S608 - our own words, as below

_ANNOUNCED = f"""
    SELECT lane, count(*) FROM jobs AS j
     WHERE {_DUE} AND j.announced_at IS NOT NULL AND {{condition}} GROUP BY lane
"""  # noqa: S608

_FOUND = f"""
    SELECT j.submission_id, j.generation, j.user_id, s.problem_id, j.language_id, j.lane, j.not_before
      FROM jobs AS j JOIN submissions AS s ON s.id = j.submission_id
     WHERE {_DUE} AND {{condition}}
"""  # noqa: S608

_IN_ORDER = """
       AND j.lane = :lane AND j.tenant = :tenant
     ORDER BY j.turn, j.deadline, j.submission_id LIMIT :seats
"""

_OLDEST = """
       AND j.lane IN ({lanes}) ORDER BY j.announced_at, j.submission_id LIMIT :limit
"""

_NAMED = """
    SELECT j.submission_id, j.generation, j.user_id, s.problem_id, j.language_id, j.lane, j.not_before
      FROM jobs AS j JOIN submissions AS s ON s.id = j.submission_id
     WHERE j.submission_id = :submission_id AND j.generation = :generation
"""

_MARK = """
    UPDATE jobs SET announced_at = :now
     WHERE submission_id = :submission_id AND generation = :generation AND state = 'pending'
       AND not_before = :at
"""

_UNMARK = """
    UPDATE jobs SET announced_at = NULL
     WHERE submission_id = :submission_id AND generation = :generation AND state = 'pending'
"""

_CLAIM = """
    UPDATE jobs
       SET state = 'leased', attempt = attempt + 1, lease_token = :token, lease_until = :until,
           worker_id = :worker_id
     WHERE submission_id = :submission_id AND generation = :generation
       AND state = 'pending' AND NOT held AND not_before <= :now
 RETURNING submission_id, generation, attempt
"""


class Looking:
    """The part of the `Announcements` port that changes nothing."""

    def __init__(self, scripts: Scripts, *, clock: Clock) -> None:
        self._scripts = scripts
        self._clock = clock
        self._rounds = Rounds()
        self._service = Service()

    async def due(
        self, *, window: int, patience_seconds: float, languages: Collection[str] | None = None
    ) -> Due:
        some, values = self._values(languages, patience_seconds)

        def script() -> Script[Due]:
            rows = yield _ANNOUNCED.format(condition=some), values
            counts = by_topic({Lane(lane): count for lane, count in rows})
            rows = yield _FLOWS.format(condition=f"{_FRESH} AND {some}"), {**values, "limit": window + 1}
            waiting = {Flow(Lane(lane), tenant): count for lane, tenant, count in rows}
            turns = self._rounds.allot(waiting, {topic: window - counts[topic] for topic in LIVE_TOPICS})
            fresh = yield from _taken(turns, f"{_FRESH} AND {some}", values)
            overdue: list[Announcement] = []
            for topic in LIVE_TOPICS if sum(counts.values()) else ():
                oldest = _FOUND.format(condition=f"{_OVERDUE} AND {some}") + _OLDEST.format(
                    lanes=_LANES[topic]
                )
                overdue += [_announcement(row) for row in (yield oldest, {**values, "limit": window})]
            is_more = len(turns) < sum(waiting.values())
            return Due(fresh=fresh, is_more=is_more, announced=counts, overdue=overdue)

        return await self._scripts.run(script)

    async def overlooked(
        self, *, limit: int, patience_seconds: float, languages: Collection[str] | None = None
    ) -> list[Announcement]:
        some, values = self._values(languages, patience_seconds)
        condition = f"{_OVERLOOKED} AND {some}"

        def script() -> Script[list[Announcement]]:
            rows = yield _FLOWS.format(condition=condition), {**values, "limit": limit}
            waiting = {Flow(Lane(lane), tenant): count for lane, tenant, count in rows}
            turns, self._service = in_turn(waiting, self._service, seats=limit)
            return (yield from _taken(turns, condition, values))

        return await self._scripts.run(script)

    async def announcement_of(self, lease: Lease) -> Announcement | None:
        def script() -> Script[Announcement | None]:
            rows = yield _NAMED, {"submission_id": lease.submission_id, "generation": lease.generation}
            return _announcement(rows[0]) if rows else None

        return await self._scripts.run(script)

    def _values(
        self, languages: Collection[str] | None, patience_seconds: float
    ) -> tuple[str, dict[str, Any]]:
        """The condition on languages, and the values of all statements."""
        now = to_row(self._clock.now())
        values: dict[str, Any] = {"now": now, "before": now - microseconds(patience_seconds)}
        if languages is None:
            return "1 = 1", values
        names = {f"language{number}": name for number, name in enumerate(sorted(languages))}
        listed = ", ".join(f":{name}" for name in names) or "NULL"
        return f"j.language_id IN ({listed})", {**values, **names}


class SqlAnnouncements(Looking):
    """The `Announcements` port, on SQLite."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        super().__init__(SqliteReadingScripts(database), clock=clock)
        self._database = database

    async def mark(self, announcements: Sequence[Announcement]) -> None:
        await self._change(_MARK, announcements)

    async def unmark(self, announcements: Sequence[Announcement]) -> None:
        await self._change(_UNMARK, announcements)

    async def claim_named(
        self, announcements: Sequence[Announcement], *, worker_id: str, token: str, lease_seconds: float
    ) -> list[Lease]:
        now = to_row(self._clock.now())
        until = now + microseconds(lease_seconds)

        def take(connection: Connection) -> list[Lease]:
            claimed = []
            for each in announcements:
                values = {**_name(each), "now": now, "token": token, "until": until, "worker_id": worker_id}
                claimed += connection.execute(_CLAIM, values).fetchall()
            return [lease_of(connection, row, token=token) for row in sorted(claimed)]

        return await self._database.write(take)

    async def _change(self, sql: str, announcements: Sequence[Announcement]) -> None:
        now = to_row(self._clock.now())
        values = [{**_name(each), "now": now, "at": to_row(each.at)} for each in announcements]

        def change(connection: Connection) -> None:
            connection.executemany(sql, values)

        await self._database.write(change)


def _taken(turns: Sequence[Flow], condition: str, values: Mapping[str, Any]) -> Script[list[Announcement]]:
    """In that order of flows, and of each flow in the order of its jobs."""
    of_flow = {}
    for flow in dict.fromkeys(turns):
        own = {**values, "lane": flow.lane.value, "tenant": flow.tenant, "seats": turns.count(flow)}
        rows = yield _FOUND.format(condition=condition) + _IN_ORDER, own
        of_flow[flow] = iter([_announcement(row) for row in rows])
    found = [next(of_flow[flow], None) for flow in turns]  # fewer, where one was taken meanwhile
    return [each for each in found if each is not None]


def _announcement(row: Sequence[Any]) -> Announcement:
    submission_id, generation, user_id, problem_id, language_id, lane, not_before = row
    return Announcement(
        submission_id=submission_id,
        generation=generation,
        user_id=user_id or None,
        problem_id=problem_id,
        language_id=language_id,
        lane=Lane(lane),
        at=from_row(not_before),
    )


def _name(announcement: Announcement) -> dict[str, str | int]:
    return {"submission_id": announcement.submission_id, "generation": announcement.generation}
