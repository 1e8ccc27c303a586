"""The steps. Each says which code takes it; `test_names.py` finds out when that code has another name.

Each is one transaction of the database or one thing that happens elsewhere, so a process may die between any
two of them: `worker_dies` and `no_answer_comes` are steps like others, possible at any time. Steps marked as
faults (`is_fault`) need not happen; liveness is shown without them.

Not here: lanes, fairness, and an operator's holding and moving. They only choose among what is due.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from tests.model.world import (
    IDLE,
    LOST,
    Bounds,
    Job,
    Phase,
    Request,
    Scored,
    Scoring,
    Sent,
    Status,
    Submission,
    Worker,
    World,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`told` is what the one who took the step is told; None where nobody is."""

    name: str
    after: World
    submission: int
    worker: int = -1
    request: int = -1
    told: bool | None = None
    is_fault: bool = False


Transition = Callable[[World, Bounds], Iterator[Step]]

# --- a client and an API process -----------------------------------------------------------------------


def check(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.intake.submit:submit`: the draft is in order, and gets an identity of its own."""
    for number, which, request in _requests(world):
        if request.sent is Sent.UNSENT:
            after = world.with_request(number, which, Request(sent=Sent.CHECKED))
            yield Step(name="check", after=after, submission=number, request=which)


def record(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.adapters.postgres.submissions:PostgresSubmissionStore.record_and_enqueue`,
    `assay.adapters.sql.submissions:SqlSubmissionStore.record_and_enqueue`,
    `assay.adapters.memory.store:MemoryStore.record_and_enqueue`.

    Submission, job, key and first event; or, if the key is known, the submission that it is known for.
    """
    for number, which, request in _requests(world):
        if request.sent is Sent.CHECKED:
            submission = world.submissions[number]
            if not submission.is_recorded:
                submission = _recorded(which + 1, bounds)
            committed = Request(sent=Sent.COMMITTED, answer=submission.owner)
            after = world.with_submission(number, submission).with_request(number, which, committed)
            yield Step(name="record", after=after, submission=number, request=which)


def answer(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.api.submissions:create_submission`: 202 with the submission's identity."""
    for number, which, request in _requests(world):
        if request.sent is Sent.COMMITTED:
            after = world.with_request(number, which, replace(request, sent=Sent.ANSWERED))
            yield Step(name="answer", after=after, submission=number, request=which)


def no_answer_comes(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.cli.server:main` ends between any two steps, or the connection to the client does."""
    for number, which, request in _requests(world):
        if request.sent in (Sent.CHECKED, Sent.COMMITTED):
            after = world.with_request(number, which, LOST)
            yield Step(name="no_answer_comes", after=after, submission=number, request=which, is_fault=True)


# --- workers ---------------------------------------------------------------------------------------------


def claim(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.postgres.jobs:PostgresJobQueue.claim`, `assay.adapters.sql.jobs:SqlJobQueue.claim`,
    `assay.adapters.memory.queue:MemoryJobQueue.claim`: by compare-and-set, with a fresh token.
    """
    for number, submission in enumerate(world.submissions):
        if is_due(submission):
            yield from leased_to_each(world, number, name="claim")


def claim_answer_is_lost(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.worker.loop:_claim` gets `Unavailable`, though the claim was committed."""
    for number, submission in enumerate(world.submissions):
        if is_due(submission):
            after = world.with_submission(number, _leased(world, number))
            yield Step(name="claim_answer_is_lost", after=after, submission=number, is_fault=True)


def tell_progress(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.postgres.verdicts:PostgresVerdictStore.progress`,
    `assay.adapters.sql.verdicts:SqlVerdictStore.progress`,
    `assay.adapters.memory.store:MemoryStore.progress`.
    """
    for who, worker in _workers(world, Phase.JUDGING):
        submission, is_held = world.submissions[worker.submission], world.holds(worker)
        after = world
        if is_held:
            after = world.with_submission(worker.submission, submission.moves_on(Status.RUNNING))
        yield Step(name="tell_progress", after=after, submission=worker.submission, worker=who, told=is_held)


def decide(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.worker.job:judge` comes to a decision."""
    for who, worker in _workers(world, Phase.JUDGING):
        after = world.with_worker(who, replace(worker, phase=Phase.JUDGED))
        yield Step(name="decide", after=after, submission=worker.submission, worker=who)


def judging_fails(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.worker.job:judge` raises, or decides on `JE`."""
    for who, worker in _workers(world, Phase.JUDGING):
        after = world.with_worker(who, replace(worker, phase=Phase.FAULTY))
        yield Step(name="judging_fails", after=after, submission=worker.submission, worker=who, is_fault=True)


def finish(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.postgres.verdicts:PostgresVerdictStore.finish`,
    `assay.adapters.sql.verdicts:SqlVerdictStore.finish`, `assay.adapters.memory.store:MemoryStore.finish`.
    """
    for who, worker in _workers(world, Phase.JUDGED):
        submission = world.submissions[worker.submission]
        is_own = submission.judged_by == worker.token  # the commit of an earlier try went through
        is_held = world.holds(worker)
        after = world.with_worker(who, IDLE)
        if is_held:
            after = after.with_submission(worker.submission, done(submission, worker))
        yield Step(
            name="finish", after=after, submission=worker.submission, worker=who, told=is_held or is_own
        )


def finish_answer_is_lost(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.postgres.pool:Postgres.transaction` does it again, which is harmless."""
    for who, worker in _workers(world, Phase.JUDGED):
        if world.holds(worker):
            finished = done(world.submissions[worker.submission], worker)
            yield Step(
                name="finish_answer_is_lost", after=world.with_submission(worker.submission, finished),
                submission=worker.submission, worker=who, is_fault=True,
            )  # fmt: skip


def hand_back(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.adapters.postgres.jobs:PostgresJobQueue.hand_back`,
    `assay.adapters.sql.jobs:SqlJobQueue.hand_back`, `assay.adapters.memory.queue:MemoryJobQueue.hand_back`,
    as `assay.queue.rules:after_fault` has it.
    """
    for who, worker in _workers(world, Phase.FAULTY):
        if worker.attempt < bounds.attempts_max:
            yield from _left(
                world, bounds, who, "hand_back",
                lambda submission: pending(replace(submission, is_late=True), bounds),
            )  # fmt: skip


def bury(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.adapters.postgres.jobs:PostgresJobQueue.bury`, `assay.adapters.sql.jobs:SqlJobQueue.bury`,
    `assay.adapters.memory.queue:MemoryJobQueue.bury`, as `assay.queue.rules:is_exhausted` has it.
    """
    for who, worker in _workers(world, Phase.FAULTY):
        if worker.attempt >= bounds.attempts_max:
            yield from _left(world, bounds, who, "bury", dead)


def stop(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.worker.loop:work` is told to stop, and ends what cannot end by itself."""
    for who, worker in _workers(world, Phase.JUDGING):
        after = world.with_worker(who, replace(worker, phase=Phase.STOPPED))
        yield Step(name="stop", after=after, submission=worker.submission, worker=who, is_fault=True)


def release(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.adapters.postgres.jobs:PostgresJobQueue.release`, `assay.adapters.sql.jobs:SqlJobQueue.release`,
    `assay.adapters.memory.queue:MemoryJobQueue.release`: at once or later, and the try is not counted.
    """
    for who, _worker in _workers(world, Phase.STOPPED):
        for is_late in (False, True):
            yield from _left(
                world, bounds, who, "release", partial(_released, is_late=is_late, bounds=bounds)
            )


def extend(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.postgres.jobs:PostgresJobQueue.extend`, `assay.adapters.sql.jobs:SqlJobQueue.extend`,
    `assay.adapters.memory.queue:MemoryJobQueue.extend`; whoever has lost the lease is stopped
    (`assay.worker.process:keep_in_touch`).
    """
    for who, worker in _workers(world, Phase.JUDGING):
        if is_held := world.holds(worker):
            submission = replace(world.submissions[worker.submission], is_late=False)
            after = world.with_submission(worker.submission, submission)
        else:
            after = world.with_worker(who, replace(worker, phase=Phase.STOPPED))
        yield Step(name="extend", after=after, submission=worker.submission, worker=who, told=is_held)


def worker_dies(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.worker.process:run_worker` ends between any two steps; another is started in its place.

    The same as an answer that is lost and not asked for again (`Unavailable` in `assay.worker.job:attend`):
    the worker forgets what it had.
    """
    for who, worker in enumerate(world.workers):
        if worker.phase is not Phase.IDLE:
            after = world.with_worker(who, IDLE)
            yield Step(
                name="worker_dies", after=after, submission=worker.submission, worker=who, is_fault=True
            )


# --- time, sweepers, operators ---------------------------------------------------------------------------


def time_passes(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.domain.clock:Clock`: a lease runs out, or the delay of a job that was handed back ends."""
    for number, submission in enumerate(world.submissions):
        late = submission.is_late
        if (submission.job is Job.LEASED and not late) or (submission.job is Job.PENDING and late):
            after = world.with_submission(number, replace(submission, is_late=not late))
            yield Step(name="time_passes", after=after, submission=number)


def sweep(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.adapters.postgres.jobs:PostgresJobQueue.sweep`, `assay.adapters.sql.jobs:SqlJobQueue.sweep`,
    `assay.adapters.memory.queue:MemoryJobQueue.sweep`.
    """
    for number, submission in enumerate(world.submissions):
        if submission.job is Job.LEASED and submission.is_late:
            changed = swept(submission, bounds)
            after = world.with_submission(number, changed)
            yield Step(name="sweep", after=after, submission=number, told=changed.job is Job.DEAD)


def retry(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.adapters.sql.desk:SqlQueueDesk.retry`: an operator lets a dead letter be judged again."""
    for number, submission in enumerate(world.submissions):
        if bounds.has_operator and submission.job is Job.DEAD:
            fresh = replace(submission, attempt=0, deaths=0, is_late=False)
            after = world.with_submission(number, pending(fresh, bounds))
            yield Step(name="retry", after=after, submission=number, is_fault=True)


def purge(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.adapters.sql.desk:SqlQueueDesk.purge`: an operator lets a dead letter be forgotten."""
    for number, submission in enumerate(world.submissions):
        if bounds.has_operator and submission.job is Job.DEAD:
            after = world.with_submission(number, replace(submission, job=Job.PURGED))
            yield Step(name="purge", after=after, submission=number, is_fault=True)


STEPS: Mapping[str, Transition] = {
    step.__name__: step
    for step in (
        check, record, answer, no_answer_comes,
        claim, claim_answer_is_lost, tell_progress, decide, judging_fails, finish, finish_answer_is_lost,
        hand_back, bury, stop, release, extend, worker_dies,
        time_passes, sweep, retry, purge,
    )
}  # fmt: skip

# --- what steps are made of -------------------------------------------------------------------------------


def is_due(submission: Submission) -> bool:
    return submission.job is Job.PENDING and not submission.is_late


def leased_to_each(world: World, number: int, *, name: str) -> Iterator[Step]:
    """The job leased to each worker that has a seat free."""
    submission = _leased(world, number)
    for who, worker in enumerate(world.workers):
        if worker.phase is Phase.IDLE:
            seated = Worker(
                phase=Phase.JUDGING, submission=number, token=submission.token, attempt=submission.attempt
            )
            after = world.with_submission(number, submission).with_worker(who, seated)
            yield Step(name=name, after=after, submission=number, worker=who, told=True)


def pending(submission: Submission, bounds: Bounds) -> Submission:
    """Given back, with the event that says so; `is_late` stays as it is."""
    queued = submission.moves_on(Status.QUEUED)
    return replace(queued, job=Job.PENDING, token=0, outbox=queued.outbox or bounds.has_broker)


def dead(submission: Submission) -> Submission:
    failed = replace(submission.moves_on(Status.FAILED), job=Job.DEAD, token=0)
    if submission.is_assessment and submission.scoring.stands is Scored.NOT_YET:
        return replace(
            failed, scoring=Scoring(stands=Scored.UNJUDGED)
        )  # migration 0012's trigger, as in `done`
    return failed


def done(submission: Submission, worker: Worker) -> Submission:
    judged = replace(
        submission.moves_on(Status.JUDGED),
        job=Job.DONE, token=0, judgements=submission.judgements + 1, judged_by=worker.token,
    )  # fmt: skip
    if submission.is_assessment and submission.scoring.stands in (Scored.NOT_YET, Scored.UNJUDGED):
        return replace(judged, scoring=Scoring(stands=Scored.WAITING))
    return judged


def swept(submission: Submission, bounds: Bounds) -> Submission:
    silent = replace(submission, deaths=submission.deaths + 1, is_late=False)
    if silent.attempt >= bounds.attempts_max or silent.deaths >= bounds.deaths_max:
        return dead(silent)
    return pending(silent, bounds)


def _released(submission: Submission, *, is_late: bool, bounds: Bounds) -> Submission:
    return pending(replace(submission, attempt=submission.attempt - 1, is_late=is_late), bounds)


def _recorded(owner: int, bounds: Bounds) -> Submission:
    return Submission(
        job=Job.PENDING, owner=owner, rows=1, status=Status.QUEUED, told=Status.QUEUED,
        outbox=bounds.has_broker, is_assessment=bounds.scorers > 0,
    )  # fmt: skip


def _leased(world: World, number: int) -> Submission:
    submission = world.submissions[number]
    token = world.fresh_token(number)
    return replace(submission, job=Job.LEASED, attempt=submission.attempt + 1, token=token, is_late=False)


def _left(
    world: World, _: Bounds, who: int, name: str, change: Callable[[Submission], Submission]
) -> Iterator[Step]:
    """A worker leaves its job in one of the ways that its lease must still hold for."""
    worker = world.workers[who]
    after = world.with_worker(who, IDLE)
    if is_held := world.holds(worker):
        after = after.with_submission(worker.submission, change(world.submissions[worker.submission]))
    yield Step(name=name, after=after, submission=worker.submission, worker=who, told=is_held)


def _workers(world: World, phase: Phase) -> Iterator[tuple[int, Worker]]:
    return ((who, worker) for who, worker in enumerate(world.workers) if worker.phase is phase)


def _requests(world: World) -> Iterator[tuple[int, int, Request]]:
    for number, own in enumerate(world.requests):
        for which, request in enumerate(own):
            yield number, which, request
