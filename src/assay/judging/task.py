"""What is judged, and with what. Pure data, and the ports in it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from assay.domain.events import Progress
from assay.domain.language import Language
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.judging.compile_cache import Memory
from assay.judging.jury import JuryTools
from assay.judging.ports import Room, Sandbox, TestData
from assay.sandbox import RunLimits

Tell = Callable[[Progress], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A submission to be judged. `language` is None when the files are the answers themselves; `room` is None
    when its tests are run one after the other, whatever else is idle."""

    files: Sequence[SourceFile]
    problem: Problem
    language: Language | None
    sandbox: Sandbox
    data: TestData
    jury: JuryTools
    memory: Memory | None
    of_run: RunLimits
    of_compilation: RunLimits
    tell: Tell
    room: Room | None
