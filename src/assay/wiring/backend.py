"""The ports of one house, whichever its database is."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from assay.assessments.evidence.ports import EvidenceLog
from assay.assessments.ports import ScoreStore
from assay.domain.clock import Clock
from assay.intake.ports import CustomRunStore, SubmissionStore
from assay.operate.history.ports import History
from assay.problems.ports import ProblemStore
from assay.queue.announcing import Announcements
from assay.queue.custom_runs import CustomRunQueue
from assay.queue.desk import QueueDesk
from assay.queue.ports import Doorbell, JobQueue, Wakeups
from assay.queue.upkeep import Upkeep
from assay.queue.workers import WorkerRegistry
from assay.verdicts.ports import EventFeed, SubmissionReader, VerdictStore


class Bell(StrEnum):
    """Who is woken, and by whom."""

    JOBS = "jobs"  # rung by whoever makes a job due, heard by workers
    EVENTS = "events"  # rung by whoever records a step, heard by those who show them
    RUNS = "runs"  # rung by whoever asks for a custom run, heard by workers
    OUTCOMES = "outcomes"  # rung by whoever has done one, heard by those who wait for it


class ReplicaWatch(Protocol):
    """What is known of a standby that takes reading off the database."""

    @property
    def name(self) -> str:
        """Where it is, without what is secret."""
        ...

    @property
    def trouble(self) -> str | None:
        """Why it is not asked; None while it is."""
        ...

    @property
    def lag_seconds(self) -> float | None:
        """How far it is behind; None while that is not known."""
        ...

    def may_lag(self, seconds_max: float) -> None:
        """From now on it is asked when it is so far behind, and not when it is further."""
        ...

    @property
    def reads(self) -> Mapping[str, int]:
        """How many reads were answered so far, by which of the two: `replica` or `primary`."""
        ...


class CustomRunPorts(CustomRunStore, CustomRunQueue, Protocol):
    """Both sides of custom runs: whoever takes them, and whoever does them."""


class Backend(Protocol):
    """The ports on one database. Of one event loop. `clock`: the same for all who share it."""

    clock: Clock
    problems: ProblemStore
    submissions: SubmissionStore
    reader: SubmissionReader
    queue: JobQueue
    announcements: Announcements
    verdicts: VerdictStore
    custom_runs: CustomRunPorts
    desk: QueueDesk
    workers: WorkerRegistry
    upkeep: Upkeep
    history: History
    evidence: EvidenceLog
    scores: ScoreStore
    replica: ReplicaWatch | None

    def doorbell(self, bell: Bell) -> Doorbell: ...

    def wakeups(self, bell: Bell) -> Wakeups: ...

    def feed(self) -> EventFeed: ...
