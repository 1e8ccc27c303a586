"""What 'assay doctor' says of the database's history: whether it went back to an earlier point."""

import asyncio
from collections.abc import Iterator

from assay.cli.checks import Check
from assay.errors import Unavailable
from assay.settings import Settings
from assay.wiring.history import look_at_breaks

_REMEDY = (
    "judging goes on. Whoever submitted then has an id that is not here any more and has to submit again; "
    "the same Idempotency-Key gets a new id. See docs/how-to/backup.md"
)


def check_history(settings: Settings) -> Iterator[Check]:
    """Each break in it. Nothing for a database that is not there yet, or out of reach, which others say."""
    if settings.sqlite_path is not None and not settings.sqlite_path.exists():
        return
    try:
        breaks = asyncio.run(look_at_breaks(settings))
    except Unavailable:
        return
    for each in breaks:
        yield Check(name="history", ok=True, found=each.words, remedy=_REMEDY)
