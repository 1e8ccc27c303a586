"""What tracing needs of the kernel, in its own words."""

from dataclasses import dataclass
from typing import Protocol

from assay.domain.trace import Counts


class CallCounter(Protocol):
    """Counts what the programs in the sandbox's slots do, one run at a time. Calls do not wait."""

    def begin(self) -> None:
        """Forget what was counted. From its execve on, the next program that starts in a slot is counted."""

    def end(self) -> Counts | None:
        """What was counted since, now that the program has ended; None when none has started."""

    def close(self) -> None:
        """Let go of the kernel, so that nothing is slowed down any more. Safe to call twice."""


@dataclass(frozen=True, kw_only=True)
class NotCounting:
    """Stands where a `CallCounter` would, with the reason why there is none, for people."""

    reason: str


NOT_ASKED_FOR = NotCounting(reason="nobody asked for it: it takes a run of its own for each test")
