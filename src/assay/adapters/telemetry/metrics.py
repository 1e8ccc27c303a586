"""Figures for Prometheus: what the processes of a data folder count, and what is known of the queue.

Each process writes what it counts into files of its own in one folder, which outlive it; who is asked adds
them up. A worker that is started again goes on from new files: sums only grow.

The folder is PROMETHEUS_MULTIPROC_DIR, which the library looks at when it is imported: whoever starts the
processes sets it (cli/server.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from assay.adapters.local.journal import LogJournal
from assay.domain.judgement import Decision
from assay.domain.verdict import Verdict
from assay.queue.desk import LaneCounts
from assay.worker.ports import Happening

_MILLISECONDS_PER_SECOND = 1000
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60)

_own = CollectorRegistry()  # what this process counts; asked for through the files alone
_RUN_SECONDS = Histogram(
    "sandbox_execution_duration_seconds",
    "Elapsed time of a program on one test.",
    buckets=_SECONDS,
    registry=_own,
)
_JUDGED = Counter("judgements", "Submissions judged.", ["verdict"], registry=_own)
_OUT_OF_MEMORY = Counter("oom_killed", "Runs that were ended for their memory.", ["container"], registry=_own)
_HAPPENED = {
    Happening.HANDED_BACK: Counter("retries", "Tries that failed by a fault of ours.", registry=_own),
    Happening.BURIED: Counter("dead_letters", "Jobs given up on.", registry=_own),
    Happening.FENCED: Counter("fenced_finishes", "Workers that came too late.", registry=_own),
    Happening.LEASES_EXPIRED: Counter("lease_expiries", "Jobs of workers that fell silent.", registry=_own),
    Happening.BUG: Counter("bugs", "Judgings that raised what is no refusal.", registry=_own),
    Happening.UNRECORDED: Counter("unrecorded", "Ends that the store could not take.", registry=_own),
}

_UP = Gauge(
    "dependency_up",
    "Whether what the processes stand on does its work: 1, or 0.",
    ["name"],
    registry=_own,
    multiprocess_mode="mostrecent",  # whoever asked last knows best
)


def note_dependency(name: str, is_up: bool) -> None:
    """Keep what was last found of one thing that we stand on."""
    _UP.labels(name).set(1 if is_up else 0)


class PrometheusMeter:
    """The `Meter` port."""

    def judged(self, decision: Decision) -> None:
        _JUDGED.labels(decision.verdict.value).inc()
        for run in decision.runs:
            _RUN_SECONDS.observe(run.wall_time_ms / _MILLISECONDS_PER_SECOND)
            if run.verdict is Verdict.MLE:
                _OUT_OF_MEMORY.labels("sandbox").inc()


class MeteredJournal(LogJournal):
    """The `Journal` port: as log lines, and counted."""

    def note(self, happening: Happening, *, submission_id: str | None, detail: str, count: int = 1) -> None:
        super().note(happening, submission_id=submission_id, detail=detail, count=count)
        if happening in _HAPPENED:
            _HAPPENED[happening].inc(count)


class QueueCollector:
    """What was last seen of the queue, as figures. A door that sees nothing tells nothing."""

    def __init__(self, counts: Sequence[LaneCounts], *, workers_alive: int | None, now: datetime) -> None:
        self._counts = counts
        self._workers_alive = workers_alive
        self._now = now

    def collect(self) -> Iterable[Metric]:
        depth = GaugeMetricFamily("queue_depth", "Jobs that are not done.", labels=["status", "lane"])
        age = GaugeMetricFamily(
            "queue_oldest_age_seconds", "How long the job that waits longest has waited.", labels=["lane"]
        )
        for each in self._counts:
            for status in ("pending", "held", "processing", "dead"):
                depth.add_metric([status, each.lane.value], getattr(each, status))
            oldest = each.oldest_pending_at
            waits_seconds = 0.0 if oldest is None else max(0.0, (self._now - oldest).total_seconds())
            age.add_metric([each.lane.value], waits_seconds)
        yield from (depth, age)
        if self._workers_alive is not None:
            yield GaugeMetricFamily(
                "workers_alive", "Workers that gave a sign of life.", value=self._workers_alive
            )


class ReplicaCollector:
    """How far a standby is behind, and how many reads it has answered, of this process."""

    def __init__(self, lag_seconds: float | None, reads: Mapping[str, int]) -> None:
        self._lag_seconds = lag_seconds
        self._reads = reads

    def collect(self) -> Iterable[Metric]:
        answered = CounterMetricFamily(
            "database_reads", "Results that were read, by the server that had them.", labels=["server"]
        )
        for server, count in self._reads.items():
            answered.add_metric([server], count)
        yield answered
        if self._lag_seconds is not None:
            yield GaugeMetricFamily(
                "replica_lag_seconds", "How far the standby is behind.", value=self._lag_seconds
            )


def exposition(*collectors: Collector) -> bytes:
    """All figures, in Prometheus' text format."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    for each in collectors:
        registry.register(each)
    return generate_latest(registry)


def serve(port: int) -> None:
    """Answer on a port of 127.0.0.1 from a thread, for a worker without doors. Raises `OSError`."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    start_http_server(port, addr="127.0.0.1", registry=registry)
