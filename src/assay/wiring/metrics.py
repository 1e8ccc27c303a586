"""The figures of a data folder's processes. The library is imported only after its folder is named."""

from collections.abc import Callable
import os
from pathlib import Path
import shutil

from assay.assessments.scoring_loop import ScoringJournal
from assay.domain.clock import Clock
from assay.errors import Unavailable
from assay.operate.history.watch import Watch as HistoryWatch
from assay.queue.broker_journal import BrokerJournal
from assay.settings import Settings
from assay.wiring.backend import ReplicaWatch
from assay.wiring.outlook import Outlook
from assay.wiring.watch import Tell
from assay.worker.ports import Journal, Meter

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def begin_metrics(settings: Settings) -> None:
    """Name the folder of the counts, empty, for this process and those that it starts."""
    if not settings.metrics:
        os.environ.pop(_FOLDER, None)
        return
    folder: Path = settings.data_dir / "run" / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    os.environ[_FOLDER] = str(folder)


def answer_metrics(settings: Settings) -> None:
    """Where there are no doors, answer on the port that is set, if one is. Raises `Unavailable`."""
    if not settings.metrics or settings.metrics_port is None:
        return
    from assay.adapters.telemetry.metrics import serve  # noqa: PLC0415

    try:
        serve(settings.metrics_port)
    except OSError as error:
        raise Unavailable(
            f"cannot listen on 127.0.0.1:{settings.metrics_port} for metrics: {error.strerror}"
        ) from error


def journal_and_meter(worker_id: str) -> tuple[Journal, Meter | None]:
    """A worker's: they count if their server has said where."""
    if _FOLDER not in os.environ:
        from assay.adapters.local.journal import LogJournal  # noqa: PLC0415

        return LogJournal(worker_id), None
    from assay.adapters.telemetry.metrics import MeteredJournal, PrometheusMeter  # noqa: PLC0415

    return MeteredJournal(worker_id), PrometheusMeter()


def dependency_meter() -> Tell:
    """Where it is kept whether what we stand on does its work."""
    if _FOLDER not in os.environ:
        return lambda _name, _is_up: None
    from assay.adapters.telemetry.metrics import note_dependency  # noqa: PLC0415

    return note_dependency


def broker_journal() -> BrokerJournal:
    """Of whoever has to do with a broker; it counts like a worker's."""
    if _FOLDER not in os.environ:
        from assay.adapters.local.broker_journal import LogBrokerJournal  # noqa: PLC0415

        return LogBrokerJournal()
    from assay.adapters.telemetry.broker import MeteredBrokerJournal  # noqa: PLC0415

    return MeteredBrokerJournal()


def scoring_journal(worker_id: str) -> ScoringJournal:
    """Of a worker's scoring; it counts like its judging."""
    if _FOLDER not in os.environ:
        from assay.adapters.local.scoring_journal import LogScoringJournal  # noqa: PLC0415

        return LogScoringJournal(worker_id)
    from assay.adapters.telemetry.scoring import MeteredScoringJournal  # noqa: PLC0415

    return MeteredScoringJournal(worker_id)


def metrics_of(
    outlook: Outlook, replica: ReplicaWatch | None, clock: Clock, history: HistoryWatch
) -> Callable[[], bytes] | None:
    """What the doors answer with; None when nothing is counted."""
    if _FOLDER not in os.environ:
        return None
    from assay.adapters.telemetry.history import HistoryCollector  # noqa: PLC0415
    from assay.adapters.telemetry.metrics import QueueCollector, ReplicaCollector, exposition  # noqa: PLC0415
    from assay.adapters.telemetry.scoring import ScoringCollector  # noqa: PLC0415

    def told() -> bytes:
        queue = QueueCollector(outlook.counts, workers_alive=outlook.workers_alive, now=clock.now())
        scoring = ScoringCollector(outlook.scoring, now=clock.now())
        broken = HistoryCollector(history.breaks)
        if replica is None:
            return exposition(queue, scoring, broken)
        return exposition(queue, scoring, broken, ReplicaCollector(replica.lag_seconds, replica.reads))

    return told
