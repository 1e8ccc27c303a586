"""Breaks in the database's history, as figures."""

from collections.abc import Iterable, Sequence

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from assay.operate.history.ports import Break


class HistoryCollector:
    """How often the database went back, and for how long acceptances are missing."""

    def __init__(self, breaks: Sequence[Break]) -> None:
        self._breaks = breaks

    def collect(self) -> Iterable[Metric]:
        yield GaugeMetricFamily(
            "database_timeline_breaks",
            "How often the database was restored to an earlier point, or lost commits.",
            value=len(self._breaks),
        )
        yield GaugeMetricFamily(
            "acceptances_missing_seconds",
            "Between the last acceptance that is there and the last that is known to be missing, in all.",
            value=sum(
                (each.missing.at - each.kept.at).total_seconds()
                for each in self._breaks
                if each.missing is not None and each.kept is not None
            ),
        )
