"""A custom run: one's own program on inputs of one's own. Facts and outputs, and no verdict.

Nobody is judged by it, so it waits behind all submissions, gives way to them at any time, and is forgotten
after an hour.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from assay.domain.limits import Limits
from assay.domain.submission import SourceFile

KEPT_FOR = timedelta(hours=1)  # after it was asked for; then it is gone, sources and all
PATIENCE = timedelta(minutes=5)  # whoever has waited so long for a free judge has left


class CustomRunStatus(StrEnum):
    """How far it has come. `failed` means that we could not run it: its program had no part in that."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self in (CustomRunStatus.DONE, CustomRunStatus.FAILED)


class Ending(StrEnum):
    """How a program ended on an input: a verdict's id where it would be one whatever was printed."""

    OK = "OK"
    TLE = "TLE"
    MLE = "MLE"
    OLE = "OLE"
    RTE = "RTE"
    SV = "SV"
    NOT_RUN = "not-run"  # the inputs before took all the time that there is


@dataclass(frozen=True, kw_only=True)
class CustomRun:
    """What is to be run. `visitor` is whose it is, as far as a server without accounts can tell.

    With a `problem_id` the program is made ready as that problem's submissions are (limits, included files),
    and `with_model_answer` asks what the setter's model solution makes of the inputs.
    """

    id: str
    visitor: str
    problem_id: str | None
    problem_version: str | None
    language_id: str
    files: tuple[SourceFile, ...]
    inputs: tuple[bytes, ...]
    with_model_answer: bool
    limits: Limits
    created_at: datetime

    def __post_init__(self) -> None:
        if not self.files or not self.inputs:
            raise ValueError("a custom run has at least one file and one input")
        if (self.problem_id is None) != (self.problem_version is None):
            raise ValueError("a problem and its version go together")


@dataclass(frozen=True, kw_only=True)
class ProgramRun:
    """What one program did with one input. The texts are the beginnings of what it wrote."""

    ending: Ending
    message: str
    exit_code: int | None
    signal: int | None
    cpu_time_ms: int
    wall_time_ms: int
    memory_bytes: int
    stdout: str
    stderr: str
    stdout_truncated: bool
    stderr_truncated: bool


@dataclass(frozen=True, kw_only=True)
class CustomRunOutcome:
    """What came of it. Unless `compiled` there are no runs, and `message` says why; else it says why there
    are no model answers.

    `runs` are in the order of the inputs, and so are `model_runs`, which are empty when they were not asked
    for.
    """

    compiled: bool
    compile_output: str
    message: str
    runs: tuple[ProgramRun, ...]
    model_runs: tuple[ProgramRun, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CustomRunState:
    """A custom run and where it stands. `outcome` is there once it is done; `cause` says why it failed."""

    run: CustomRun
    status: CustomRunStatus
    outcome: CustomRunOutcome | None
    cause: str
