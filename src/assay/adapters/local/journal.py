"""The worker's journal as log lines. What a submission contains is never among them."""

from logging import ERROR, INFO, WARNING

import structlog

from assay.worker.ports import Happening

_LEVELS = {
    Happening.FINISHED: INFO,
    Happening.RELEASED: INFO,
    Happening.RUN_FINISHED: INFO,
    Happening.RUN_GIVEN_BACK: INFO,
    Happening.RUN_FAULT: WARNING,
    Happening.HANDED_BACK: WARNING,
    Happening.POSTPONED: WARNING,
    Happening.FENCED: WARNING,
    Happening.UNRECORDED: WARNING,
    Happening.LEASES_EXPIRED: WARNING,
    Happening.BURIED: ERROR,
    Happening.BUG: ERROR,
}


class LogJournal:
    """The `Journal` port."""

    def __init__(self, worker_id: str) -> None:
        self._log = structlog.get_logger().bind(worker=worker_id)

    def note(self, happening: Happening, *, submission_id: str | None, detail: str, count: int = 1) -> None:
        """`count` is for those who count."""
        self._log.log(_LEVELS[happening], happening.value, submission_id=submission_id, detail=detail)
