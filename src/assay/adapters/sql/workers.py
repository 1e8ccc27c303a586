"""Workers that make themselves known, on either database."""

from collections.abc import Sequence
import json
from typing import Any

from assay.adapters.sql.instants import from_row, to_row
from assay.adapters.sql.scripts import Script, Scripts
from assay.domain.clock import Clock
from assay.queue.workers import FORGOTTEN_AFTER, KnownWorker, WorkerCard

_FORGET = "DELETE FROM workers WHERE seen_at < :before"

_REGISTER = """
    INSERT INTO workers (id, host, release, host_class, slots, languages, started_at, seen_at, busy, draining)
    VALUES (:id, :host, :release, :host_class, :slots, :languages, :started_at, :now, :busy, :draining)
    ON CONFLICT (id) DO NOTHING
"""

_BEAT = """
    UPDATE workers SET seen_at = :now, busy = :busy, slots = :slots WHERE id = :id RETURNING draining
"""

_LEAVE = "DELETE FROM workers WHERE id = :id"

_WORKERS = """
    SELECT id, host, release, host_class, slots, languages, started_at, seen_at, busy, draining
      FROM workers ORDER BY id
"""

_DRAIN = "UPDATE workers SET draining = :draining WHERE id = :id RETURNING id"


class SqlWorkerRegistry:
    """The `WorkerRegistry` port."""

    def __init__(self, scripts: Scripts, *, clock: Clock) -> None:
        self._scripts = scripts
        self._clock = clock

    async def register(self, card: WorkerCard) -> None:
        now = self._clock.now()

        def script() -> Script[None]:
            yield _FORGET, {"before": to_row(now - FORGOTTEN_AFTER)}
            yield _LEAVE, {"id": card.id}  # an earlier process of that name, whose end nobody saw
            yield _REGISTER, _row(card, now=to_row(now), busy=0)

        await self._scripts.run(script)

    async def beat(self, card: WorkerCard, *, busy: int) -> bool:
        now = to_row(self._clock.now())

        def script() -> Script[bool]:
            found = yield _BEAT, {"id": card.id, "now": now, "busy": busy, "slots": card.slots}
            if not found:
                yield _REGISTER, _row(card, now=now, busy=busy)
            return bool(found and found[0][0])

        return await self._scripts.run(script)

    async def leave(self, worker_id: str) -> None:
        def script() -> Script[None]:
            yield _LEAVE, {"id": worker_id}

        await self._scripts.run(script)

    async def workers(self) -> list[KnownWorker]:
        def script() -> Script[list[KnownWorker]]:
            rows = yield _WORKERS, {}
            return [_known(*row) for row in rows]

        return await self._scripts.run(script)

    async def drain(self, worker_ids: Sequence[str] | None, *, draining: bool) -> list[str]:
        def script() -> Script[list[str]]:
            known = {row[0] for row in (yield _WORKERS, {})}
            chosen = sorted(known if worker_ids is None else known.intersection(worker_ids))
            for worker_id in chosen:
                yield _DRAIN, {"id": worker_id, "draining": draining}
            return chosen

        return await self._scripts.run(script)


def _row(card: WorkerCard, *, now: int, busy: int) -> dict[str, Any]:
    return {
        **vars(card),
        "languages": None if card.languages is None else json.dumps(card.languages),
        "started_at": to_row(card.started_at),
        "now": now,
        "busy": busy,
        "draining": False,
    }


def _known(*row: Any) -> KnownWorker:
    worker_id, host, release, host_class, slots, languages, started_at, seen_at, busy, draining = row
    return KnownWorker(
        card=WorkerCard(
            id=worker_id,
            host=host,
            release=release,
            host_class=host_class,
            slots=slots,
            languages=None if languages is None else tuple(json.loads(languages)),
            started_at=from_row(started_at),
        ),
        seen_at=from_row(seen_at),
        busy=busy,
        is_draining=bool(draining),
    )
