"""A walk through the model and a real house at once: each step is taken in both, and what they say compared.

The model says which steps are possible and what they lead to. Where it leaves a choice that the code makes
(which of the due jobs is claimed), the code's choice must be among those of the model.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from assay.domain.events import Progress
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict
from assay.intake.ports import IdempotencyKey
from assay.queue.desk import JobState, Selection
from assay.queue.ports import Lease
from assay.queue.rules import ATTEMPTS_MAX, DEATHS_MAX
from tests.contract.houses import House, judgement, submission
from tests.model.protocol import STEPS, Step
from tests.model.world import Bounds, Job, Sent, Status, World

LEASE_SECONDS = 30.0
DELAY_SECONDS = 20.0  # of what is handed back: over when any lease has run out
BOUNDS = Bounds(workers=2, submissions=2, requests=2, attempts_max=ATTEMPTS_MAX, deaths_max=DEATHS_MAX)

# An answer that is lost is no other step for a port: who asked forgets it.
_INSIDE = ("claim_answer_is_lost", "finish_answer_is_lost")
_EVENTS = ("tell_progress", "finish", "hand_back", "bury", "release", "sweep", "retry")
_JOB_STATES = {Job.PENDING: JobState.PENDING, Job.LEASED: JobState.PROCESSING, Job.DEAD: JobState.DEAD}

Choose = Callable[[Sequence[Step]], Step]


@dataclass(kw_only=True)
class Walk:
    """Where a walk is: the model's world, and what the workers of the real one have in their hands."""

    house: House
    choose: Choose
    world: World = field(default_factory=BOUNDS.beginning)
    leases: dict[int, Lease] = field(default_factory=dict)
    told: dict[int, list[Status]] = field(default_factory=lambda: {0: [], 1: []})
    taken: list[str] = field(default_factory=list)
    _tokens: int = 0

    async def go(self, steps: int) -> None:
        for _ in range(steps):
            possible = [step for each in STEPS.values() for step in each(self.world, BOUNDS)]
            for_both = [step for step in possible if self._is_for_both(step)]
            if not for_both:
                return
            step = self.choose(for_both)
            self.taken.append(f"{step.name}({step.submission}, {step.worker}, {step.request})")
            await self._take(step, possible)

    def _is_for_both(self, step: Step) -> bool:
        if step.name in ("retry", "purge"):
            return self.house.desk is not None
        if step.name == "no_answer_comes":  # to a request of which no port has heard: nothing to compare
            return self.world.requests[step.submission][step.request].sent is not Sent.CHECKED
        return step.name not in _INSIDE

    async def _take(self, step: Step, possible: Sequence[Step]) -> None:
        match step.name:
            case "claim":
                step = await self._claim(step, possible)
            case "time_passes":
                self._let_time_pass()
                return
            case "sweep":
                await self._sweep()
                return
            case "record":
                await self._record(step)
            case "worker_dies":
                del self.leases[step.worker]
            case "retry" | "purge":
                await self._operate(step)
            case "tell_progress" | "finish" | "hand_back" | "bury" | "release" | "extend":
                await self._with_lease(step)
            case _:  # inside a process, where no port sees it
                assert step.after.submissions == self.world.submissions, step.name
        self._arrive(step)

    def _arrive(self, step: Step) -> None:
        number = step.submission
        is_first = step.after.submissions[number].rows > self.world.submissions[number].rows
        if is_first or (step.name in _EVENTS and step.told is not False):
            self.told[number].append(step.after.submissions[number].told)
        self.world = step.after

    async def _claim(self, step: Step, possible: Sequence[Step]) -> Step:
        self._tokens += 1
        (lease,) = await self.house.queue.claim(
            worker_id=f"w{step.worker}", token=f"t{self._tokens}", limit=1, lease_seconds=LEASE_SECONDS
        )
        number = int(lease.submission_id[1])
        (same,) = (
            each
            for each in possible
            if each.name == "claim" and each.worker == step.worker and each.submission == number
        )
        assert lease.attempt == same.after.workers[step.worker].attempt
        self.leases[step.worker] = lease
        return same

    async def _record(self, step: Step) -> None:
        key = IdempotencyKey(tenant=None, value=f"key {step.submission}", request_sha256="same")
        made = submission(f"s{step.submission}-{step.request + 1}", created_at=self.house.clock.now())
        recorded = await self.house.store.record_and_enqueue(made, key=key)
        answer = step.after.requests[step.submission][step.request].answer
        assert recorded.id == f"s{step.submission}-{answer}"

    async def _with_lease(self, step: Step) -> None:
        house, lease = self.house, self.leases[step.worker]
        match step.name:
            case "tell_progress":
                running = Progress(status=SubmissionStatus.RUNNING, test_case=1, total=2)
                told = await house.verdicts.progress(lease, running)
            case "finish":
                told = await house.verdicts.finish(lease, judgement(lease, f"j{lease.token}"))
            case "hand_back":
                told = await house.queue.hand_back(lease, delay_seconds=DELAY_SECONDS, cause="ours")
            case "bury":
                told = await house.queue.bury(lease, cause="ours")
            case "release":
                is_delayed = step.after.submissions[step.submission].is_late
                told = await house.queue.release(lease, delay_seconds=DELAY_SECONDS if is_delayed else 0)
            case _:
                told = not await house.queue.extend([lease], lease_seconds=LEASE_SECONDS)
        assert told == step.told, step.name
        if step.name not in ("tell_progress", "extend"):
            del self.leases[step.worker]

    def _let_time_pass(self) -> None:
        """The house has one clock: all leases run out, and all delays end."""
        self.house.clock.pass_seconds(LEASE_SECONDS + 1)
        for number, job in enumerate(self.world.submissions):
            is_late = job.job is Job.LEASED
            self.world = self.world.with_submission(number, replace(job, is_late=is_late))

    async def _sweep(self) -> None:
        """A sweep takes whatever there is to take."""
        swept = await self.house.queue.sweep()
        requeued = buried = 0
        for number in range(len(self.world.submissions)):
            for step in STEPS["sweep"](self.world, BOUNDS):
                if step.submission == number:
                    buried, requeued = buried + bool(step.told), requeued + (not step.told)
                    self._arrive(replace(step, told=True))  # either way it is an event
                    break
        assert (swept.requeued, len(swept.buried)) == (requeued, buried)

    async def _operate(self, step: Step) -> None:
        assert self.house.desk is not None
        wanted = Selection(submission_ids=[self._id_of(step.submission)])
        change = self.house.desk.retry if step.name == "retry" else self.house.desk.purge
        assert await change(wanted) == 1

    def _id_of(self, number: int) -> str:
        return f"s{number}-{self.world.submissions[number].owner}"

    async def compare(self) -> None:
        """All that the ports tell of where things stand is what the model says."""
        for number, expected in enumerate(self.world.submissions):
            if not expected.is_recorded:
                assert all([await self.house.reader.submission(f"s{number}-{n}") is None for n in (1, 2)])
                continue
            submission_id = self._id_of(number)
            state = await self.house.reader.submission(submission_id)
            assert state is not None
            assert state.status.value == expected.status
            assert state.verdict is {
                Status.JUDGED: Verdict.WA, Status.FAILED: Verdict.JE
            }.get(expected.status)  # fmt: skip
            assert len(await self.house.reader.judgements(submission_id)) == expected.judgements
            events = await self.house.reader.events(submission_id, after_seq=0)
            assert [event.progress.status.value for event in events] == self.told[number]
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            assert state.last_seq == len(events)
            await self._compare_job(submission_id, number)

    async def _compare_job(self, submission_id: str, number: int) -> None:
        if self.house.desk is None:
            return
        expected = self.world.submissions[number]
        wanted = Selection(submission_ids=[submission_id])
        jobs = await self.house.desk.jobs(wanted, after=None, limit=2)
        if expected.job in (Job.DONE, Job.PURGED):
            assert jobs == []
            return
        (job,) = jobs
        assert (job.state, job.attempt, job.deaths) == (
            _JOB_STATES[expected.job], expected.attempt, expected.deaths
        )  # fmt: skip
