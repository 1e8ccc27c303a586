"""Scoring as figures: what this process's loop did, counted into the files of metrics.py, and what waits."""

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from assay.adapters.local.scoring_journal import LogScoringJournal
from assay.assessments.ports import ScoringCounts
from assay.assessments.scoring_loop import ScoringEvent

_BUCKETS_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)
_OUTCOMES = {
    ScoringEvent.SCORED: "scored",
    ScoringEvent.NOT_RECORDED: "not_recorded",
    ScoringEvent.HANDED_BACK: "handed_back",
    ScoringEvent.RELEASED: "released",
    ScoringEvent.GIVEN_UP: "given_up",
    ScoringEvent.UNRECORDED: "unrecorded",
}

_own = CollectorRegistry()  # asked for through the files alone
_SCORINGS = Counter("scorings", "Tries to score an assessment.", ["outcome"], registry=_own)
_BUGS = Counter("scoring_bugs", "Scorings that raised what is no refusal.", registry=_own)
_SECONDS = Histogram(
    "scoring_duration_seconds",
    "From the claim of an assessment to its recorded score.",
    buckets=_BUCKETS_SECONDS,
    registry=_own,
)
for _outcome in _OUTCOMES.values():
    _SCORINGS.labels(_outcome)  # a rate needs the zero before the first


class MeteredScoringJournal(LogScoringJournal):
    """The `ScoringJournal` port: as log lines, and counted."""

    def note(self, event: ScoringEvent, *, submission_id: str, detail: str, seconds: float) -> None:
        super().note(event, submission_id=submission_id, detail=detail, seconds=seconds)
        if event is ScoringEvent.BUG:  # what it came to is told besides
            _BUGS.inc()
        else:
            _SCORINGS.labels(_OUTCOMES[event]).inc()
        if event is ScoringEvent.SCORED:
            _SECONDS.observe(seconds)


class ScoringCollector:
    """What was last seen of assessments without a score. A door that sees nothing tells nothing."""

    def __init__(self, counts: ScoringCounts | None, *, now: datetime) -> None:
        self._counts = counts
        self._now = now

    def collect(self) -> Iterable[Metric]:
        if self._counts is None:
            return
        depth = GaugeMetricFamily(
            "scoring_depth", "Assessments that are to be scored, or could not be.", labels=["status"]
        )
        for status in ("waiting", "processing", "unscored"):
            depth.add_metric([status], getattr(self._counts, status))
        yield depth
        oldest = self._counts.oldest_judged_at
        yield GaugeMetricFamily(
            "scoring_oldest_age_seconds",
            "How long ago that assessment was judged that waits longest for its score.",
            value=0.0 if oldest is None else max(0.0, (self._now - oldest).total_seconds()),
        )
