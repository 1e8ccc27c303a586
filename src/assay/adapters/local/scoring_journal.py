"""The journal of scoring as log lines. What a submission contains is never among them."""

from logging import ERROR, INFO, WARNING

import structlog

from assay.assessments.scoring_loop import ScoringEvent

_LEVELS = {
    ScoringEvent.SCORED: INFO,
    ScoringEvent.NOT_RECORDED: INFO,
    ScoringEvent.RELEASED: INFO,
    ScoringEvent.HANDED_BACK: WARNING,
    ScoringEvent.UNRECORDED: WARNING,
    ScoringEvent.GIVEN_UP: ERROR,
    ScoringEvent.BUG: ERROR,
}


class LogScoringJournal:
    """The `ScoringJournal` port."""

    def __init__(self, worker_id: str) -> None:
        self._log = structlog.get_logger().bind(worker=worker_id)

    def note(self, event: ScoringEvent, *, submission_id: str, detail: str, seconds: float) -> None:
        self._log.log(
            _LEVELS[event],
            event.value,
            submission_id=submission_id,
            detail=detail,
            seconds=round(seconds, 3),
        )
