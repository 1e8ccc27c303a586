"""What waiting needs for custom runs: a queue of their own, which submissions never wait behind.

    queued ──claim──▶ running ──finish──▶ done, or failed
       ▲                 │
       └── give_back ────┤
           lease ran out ┘

A run that waits for too long, or fails by our fault too often, has failed.
"""

from dataclasses import dataclass
from typing import Protocol

from assay.domain.custom_run import CustomRun, CustomRunOutcome

UNFINISHED_PER_VISITOR_MAX = 4  # enough for whoever tries things out; the next one waits for the first
UNFINISHED_MAX = 64  # at a second each, whoever comes now waits a minute; later ones should come later
KEPT_MAX = 300  # with their inputs and outputs at most some hundred KiB each
ATTEMPTS_MAX = 3  # faults of ours; submissions are tried more often, because nobody sits and waits for them

NOBODY_FREE = "the judge was busy with submissions for too long; try again later"
SILENT = "the judge broke off, time and again"


def refusal_of(own_unfinished: int) -> str:
    """Why another run is not taken now."""
    if own_unfinished >= UNFINISHED_PER_VISITOR_MAX:
        return f"{own_unfinished} runs of yours are not over yet; try again when one is"
    return f"{UNFINISHED_MAX} runs are waiting already; try again shortly"


@dataclass(frozen=True, kw_only=True)
class RunLease:
    """The right to do one custom run for a while; fenced by the token, as a job's lease is."""

    run: CustomRun
    token: str
    attempt: int


class CustomRunQueue(Protocol):
    async def claim(self, *, token: str, lease_seconds: float) -> RunLease | None:
        """The run that has waited longest, or one whose worker fell silent. Fails those past all patience."""
        ...

    async def extend(self, lease: RunLease, *, lease_seconds: float) -> bool:
        """Heartbeat. False when the lease is lost."""
        ...

    async def give_back(self, lease: RunLease) -> bool:
        """Let it wait again, uncounted: it made way for submissions, or its worker stops."""
        ...

    async def fault(self, lease: RunLease, *, cause: str) -> bool:
        """A fault of ours: let it wait again, or fail when it was the last attempt."""
        ...

    async def finish(self, lease: RunLease, outcome: CustomRunOutcome) -> bool:
        """Record what came of it. False, and nothing changed, when the lease is lost."""
        ...
