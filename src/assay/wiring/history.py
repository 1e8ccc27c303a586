"""A process as a witness of what its database has: see operate/history."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
import socket

import structlog

from assay.adapters.sql.history import break_of
from assay.domain.acceptance import Acceptance
from assay.domain.clock import Clock
from assay.domain.submission import Submission
from assay.errors import Unavailable
from assay.intake.ports import IdempotencyKey, SubmissionStore
from assay.operate.history.ports import Break
from assay.operate.history.watch import Voices, Watch
from assay.operate.lasting import going_on
from assay.queue.ports import PRACTICE, Place
from assay.settings import Settings
from assay.wiring.backend import Backend
from assay.wiring.backup import open_snapshot

WITNESS = "witness"  # the folder of the testimonies

log = structlog.get_logger()


@asynccontextmanager
async def open_history(
    settings: Settings, backend: Backend, clock: Clock, *, name: str
) -> AsyncIterator[Watch]:
    """Looks at once and from then on each second. `name`: of this process among those of the data folder."""
    watch = Watch(
        backend.history,
        folder=settings.data_dir / WITNESS,
        name=name,
        host=socket.gethostname(),
        clock=clock,
        voices=Voices(broken=_say_broken, foreign=_say_foreign, unwritten=_say_unwritten),
    )
    with suppress(Unavailable):  # it is looked at again
        await watch.begin()
    try:
        async with going_on(watch.keep_watching, name="history"):
            yield watch
    finally:
        await watch.end()


async def look_at_breaks(settings: Settings) -> list[Break]:
    """Those that the database knows of, without changing anything. Raises `Unavailable`."""
    async with open_snapshot(settings) as snapshot:
        rows = [
            row
            for table in snapshot.tables
            if table.name == "timelines"
            async for page in snapshot.pages(table)
            for row in page
        ]
    return [break_of(*row) for row in rows]


class WitnessedStore:
    """The `SubmissionStore` port; the process remembers what it accepted last."""

    def __init__(self, store: SubmissionStore, watch: Watch) -> None:
        self._store = store
        self._watch = watch

    async def record_and_enqueue(
        self, submission: Submission, *, key: IdempotencyKey | None, place: Place = PRACTICE
    ) -> Submission:
        recorded = await self._store.record_and_enqueue(submission, key=key, place=place)
        self._watch.see(Acceptance(id=recorded.id, at=recorded.created_at))
        return recorded


def _say_broken(found: Break) -> None:
    log.error(
        "the database was restored to an earlier point, or lost what it had committed",
        timeline=found.timeline,
        found=found.words,
        newest_kept=None if found.kept is None else found.kept.id,
        newest_missing=None if found.missing is None else found.missing.id,
    )


def _say_foreign(before: str, now: str) -> None:
    log.warning(
        "this data folder worked with the database of another installation before",
        installation_before=before,
        installation=now,
    )


def _say_unwritten(error: OSError) -> None:
    log.warning(
        "what this process sees accepted cannot be kept beside the database: nobody will notice if that is "
        "restored to an earlier point",
        why=str(error),
    )
