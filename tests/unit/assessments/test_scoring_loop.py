"""What waits is scored once; what fails through our fault is tried again, and kept with its cause."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

import pytest

from assay.analysis import analyser
from assay.assessments import looking, reference_costs
from assay.assessments.ports import RecordedScore, ScoringLease, Standing
from assay.assessments.scoring_loop import AT_ONCE_MAX, LEASE_SECONDS, POLL_SECONDS, Loop, ScoringEvent
from assay.errors import NotScorable, Unavailable
from tests.contract.evidence.places import Registry, memory_registry

PATIENCE_SECONDS = 20


@dataclass
class Notes:
    """The journal, as a list."""

    notes: list[tuple[ScoringEvent, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def note(self, event: ScoringEvent, *, submission_id: str, detail: str, seconds: float) -> None:
        self.notes.append((event, detail))
        self.seconds.append(seconds)

    @property
    def events(self) -> list[ScoringEvent]:
        return [event for event, _ in self.notes]


Score = Callable[[ScoringLease], Awaitable[RecordedScore | None]]


@asynccontextmanager
async def looping(
    registry: Registry, score: Score | None = None, elapsed: Callable[[], float] = lambda: 0.0
) -> AsyncIterator[tuple[Loop, Notes]]:
    notes, numbers = Notes(), count(1)

    async def record(lease: ScoringLease) -> RecordedScore | None:
        return await registry.scores.record(lease, await registry.sealed(lease), signer=registry.signer)

    loop = Loop(
        store=registry.scores,
        score=score or record,
        journal=notes,
        new_token=lambda: f"token {next(numbers)}",
        chance=lambda: 0.0,
        elapsed=elapsed,
        nudged=asyncio.Event(),
        lease_seconds=LEASE_SECONDS,
        poll_seconds=POLL_SECONDS,
    )
    running = asyncio.create_task(loop.run())
    try:
        yield loop, notes
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def standing(registry: Registry, wanted: Standing, submission_id: str = "s1") -> str:
    """Wait until it stands so; the cause."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            state = await registry.scores.state(submission_id)
            if state is not None and state.standing is wanted:
                return state.cause
            await asyncio.sleep(0.001)


async def test_what_waits_at_the_start_is_scored_without_a_nudge() -> None:
    async with memory_registry() as registry:
        for number in range(6):
            await registry.judged(f"s{number}")
        async with looping(registry) as (_, notes):
            for number in range(6):
                await standing(registry, Standing.SCORED, f"s{number}")
        assert notes.events == [ScoringEvent.SCORED] * 6


async def test_what_a_score_takes_is_told_from_its_claim_on() -> None:
    seconds = count(100)
    async with memory_registry() as registry:
        await registry.judged()
        async with looping(registry, elapsed=lambda: float(next(seconds))) as (_, notes):
            await standing(registry, Standing.SCORED)
        assert notes.seconds == [1.0]


def test_a_lease_outlasts_the_longest_scoring() -> None:
    """Four programs at once with hostile files, on a machine where each takes its whole bound."""
    last_files = (
        AT_ONCE_MAX * analyser.WALL_SECONDS_MAX
    )  # each had its last one begun in time: ours comes last
    looking_at_text = looking.SECONDS_MAX + last_files + analyser.START_SECONDS_MAX
    assert looking_at_text + reference_costs.WAIT_SECONDS_MAX <= LEASE_SECONDS - 30, "to load and to record"


async def test_a_nudge_is_heard_at_once() -> None:
    async with memory_registry() as registry, looping(registry) as (loop, _):
        await asyncio.sleep(0.01)
        await registry.judged()
        loop.nudge()
        async with asyncio.timeout(1):
            await standing(registry, Standing.SCORED)


async def test_a_bug_is_tried_again_and_in_the_end_kept_with_its_cause() -> None:
    async def fail(lease: ScoringLease) -> RecordedScore | None:
        raise ZeroDivisionError("of ours")

    async with memory_registry() as registry:
        await registry.judged()
        async with looping(registry, fail) as (_, notes):
            cause = await standing(registry, Standing.UNSCORED)
        assert cause == "ZeroDivisionError: of ours"
        expected = [ScoringEvent.BUG, ScoringEvent.HANDED_BACK] * 4
        assert notes.events == [*expected, ScoringEvent.BUG, ScoringEvent.GIVEN_UP]
        assert "Traceback" in notes.notes[0][1]
        assert await registry.scores.retry("s1")
        async with looping(registry):
            await standing(registry, Standing.SCORED)


async def test_what_no_try_would_change_is_not_tried_again() -> None:
    async def refuse(lease: ScoringLease) -> RecordedScore | None:
        raise NotScorable("the problem has no tests")

    async with memory_registry() as registry:
        await registry.judged()
        async with looping(registry, refuse) as (_, notes):
            assert await standing(registry, Standing.UNSCORED) == "the problem has no tests"
        assert notes.events == [ScoringEvent.GIVEN_UP]


async def test_one_that_fails_keeps_no_other_from_its_score() -> None:
    async with memory_registry() as registry:

        async def one_fails(lease: ScoringLease) -> RecordedScore | None:
            if lease.submission_id == "s1":
                raise Unavailable("no process to look at it")
            return await registry.scores.record(lease, await registry.sealed(lease), signer=registry.signer)

        for number in range(4):
            await registry.judged(f"s{number}")
        async with looping(registry, one_fails) as (_, notes):
            for number in (0, 2, 3):
                await standing(registry, Standing.SCORED, f"s{number}")
            assert "no process" in await standing(registry, Standing.UNSCORED, "s1")
        assert ScoringEvent.BUG not in notes.events, "a refusal says all in its message"


@pytest.mark.parametrize("error", [NotScorable("no tests"), Unavailable("no process"), None])
async def test_who_lost_the_lease_tells_only_that_nothing_was_recorded(error: Exception | None) -> None:
    async with memory_registry() as registry:
        begun = asyncio.Event()

        async def lose(lease: ScoringLease) -> RecordedScore | None:
            registry.clock.pass_seconds(LEASE_SECONDS + 1)
            (another,) = await registry.claim(token="another worker")
            assert another.submission_id == lease.submission_id
            begun.set()
            if error is not None:
                raise error
            await asyncio.sleep(PATIENCE_SECONDS)
            return None

        await registry.judged()
        async with looping(registry, lose) as (_, notes):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await begun.wait()
        assert notes.events == [ScoringEvent.NOT_RECORDED]


async def test_what_a_stopping_worker_was_at_waits_again_at_once() -> None:
    begun = asyncio.Event()

    async def hang(lease: ScoringLease) -> RecordedScore | None:
        begun.set()
        await asyncio.sleep(PATIENCE_SECONDS)
        return None

    async with memory_registry() as registry:
        await registry.judged()
        async with looping(registry, hang) as (_, notes):
            await begun.wait()
        (lease,) = await registry.claim(token="another worker")
        assert lease.attempt == 1, "it is no fault of the assessment"
        assert notes.events == [ScoringEvent.RELEASED]
