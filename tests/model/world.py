"""States of the model. Small, frozen, and without what no step looks at any more.

Time is not counted: a lease may run out whenever it is held, and a delay may end whenever it runs. So all
speeds of workers and all clocks are among the interleavings. Tokens are numbers, and a fresh one is the
smallest that nobody remembers: nobody can tell it from one that never was.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import permutations
from typing import TypeVar

T = TypeVar("T")


class Job(StrEnum):
    NONE = "none"  # nothing is recorded yet
    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"
    PURGED = "purged"  # an operator has said that the dead letter may be forgotten


class Status(StrEnum):
    UNKNOWN = ""
    QUEUED = "queued"
    RUNNING = "running"
    JUDGED = "judged"
    FAILED = "failed"


class Phase(StrEnum):
    """Where a worker's one seat stands."""

    IDLE = "idle"
    JUDGING = "judging"
    JUDGED = "judged"  # has a decision, which is not recorded
    FAULTY = "faulty"  # judging failed, through a fault of ours
    STOPPED = "stopped"  # told at a heartbeat, or by an operator, to leave the job


class Scored(StrEnum):
    """Where the score of an assessment stands."""

    NOT_YET = "not yet"  # or never: most submissions are none
    WAITING = "waiting"
    LEASED = "leased"
    SCORED = "scored"
    UNSCORED = "unscored"  # given up on, until an operator retries
    UNJUDGED = "unjudged"  # unscored, for its job is a dead letter
    ERASED = "erased"


class Sent(StrEnum):
    """Where a client's request stands."""

    UNSENT = "unsent"
    CHECKED = "checked"  # has an identity, and nothing is recorded
    COMMITTED = "committed"
    ANSWERED = "answered"
    LOST = "lost"  # no answer will come


@dataclass(frozen=True, slots=True, order=True)
class Scoring:
    """The row of what waits to be scored. `scores`: how many are recorded under its idempotency key."""

    stands: Scored = Scored.NOT_YET
    attempt: int = 0
    token: int = 0
    is_late: bool = False
    scores: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Submission:
    """What the database says of one idempotency key.

    `owner` is the request whose identity the submission has (0: none is recorded), `rows` how many
    submissions there are under the key. `is_late`: the lease ran out, or, of a pending job, the delay did
    not yet. `told` is the newest event's status, `missing` how many numbers the log of events lacks.
    `judged_by` is the token of the lease whose judgement it is. `outbox` and `messages` are a broker's.
    `is_assessment`: it is to be scored once it is judged.
    """

    job: Job = Job.NONE
    owner: int = 0
    rows: int = 0
    attempt: int = 0
    deaths: int = 0
    token: int = 0
    is_late: bool = False
    status: Status = Status.UNKNOWN
    told: Status = Status.UNKNOWN
    missing: int = 0
    judgements: int = 0
    judged_by: int = 0
    outbox: bool = False
    messages: int = 0
    is_assessment: bool = False
    scoring: Scoring = Scoring()

    @property
    def is_recorded(self) -> bool:
        return self.job is not Job.NONE

    @property
    def is_over(self) -> bool:
        return self.job in (Job.DONE, Job.DEAD, Job.PURGED)

    def moves_on(self, status: Status) -> "Submission":
        """The row's status and the next event, in one transaction."""
        return replace(self, status=status, told=status)


@dataclass(frozen=True, slots=True, order=True)
class Worker:
    """`submission` and `token` are of its lease, of which it cannot know whether it still holds."""

    phase: Phase = Phase.IDLE
    submission: int = -1
    token: int = 0
    attempt: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Request:
    """`answer`: the request whose submission it is answered with."""

    sent: Sent = Sent.UNSENT
    answer: int = 0


IDLE = Worker()
LOST_LEASE = -1  # a token that no row has
LOST = Request(sent=Sent.LOST)


@dataclass(frozen=True, slots=True, order=True)
class World:
    """`requests[n]` are those under the key of submission n. `relaying`: published, and not yet marked.

    `scorers`: the loops that score, each beside a worker's judging and without a part in it.
    """

    submissions: tuple[Submission, ...]
    workers: tuple[Worker, ...]
    requests: tuple[tuple[Request, ...], ...]
    relaying: int = -1
    scorers: tuple[Worker, ...] = ()

    def holds(self, worker: Worker) -> bool:
        """Whether the worker's lease is the one that the row knows."""
        job = self.submissions[worker.submission]
        return job.job is Job.LEASED and job.token == worker.token

    def fresh_token(self, number: int) -> int:
        job = self.submissions[number]
        known = {job.token, job.judged_by}
        known.update(worker.token for worker in self.workers if worker.submission == number)
        return next(token for token in range(1, len(known) + 2) if token not in known)

    def holds_scoring(self, scorer: Worker) -> bool:
        """Whether the scorer's lease is the one that the row knows."""
        scoring = self.submissions[scorer.submission].scoring
        return scoring.stands is Scored.LEASED and scoring.token == scorer.token

    def fresh_scoring_token(self, number: int) -> int:
        known = {self.submissions[number].scoring.token}
        known.update(scorer.token for scorer in self.scorers if scorer.submission == number)
        return next(token for token in range(1, len(known) + 2) if token not in known)

    def with_submission(self, number: int, changed: Submission) -> "World":
        return replace(self, submissions=_with(self.submissions, number, changed))

    def with_worker(self, number: int, changed: Worker) -> "World":
        return replace(self, workers=_with(self.workers, number, changed))

    def with_scorer(self, number: int, changed: Worker) -> "World":
        return replace(self, scorers=_with(self.scorers, number, changed))

    def with_request(self, number: int, which: int, changed: Request) -> "World":
        own = _with(self.requests[number], which, changed)
        return replace(self, requests=_with(self.requests, number, own))


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How large a world is searched. `accepted`: all submissions are recorded at the beginning. Where there
    are scorers, they are assessments.

    `tokens_are_fresh`: a lease that was lost may be forgotten; a protocol that breaks this must say so.
    """

    workers: int
    submissions: int
    requests: int = 1
    accepted: bool = False
    attempts_max: int = 2
    deaths_max: int = 2
    has_broker: bool = False
    messages_max: int = 2
    has_operator: bool = True
    tokens_are_fresh: bool = True
    scorers: int = 0

    def beginning(self) -> World:
        if self.accepted:
            submission = Submission(
                job=Job.PENDING, owner=1, rows=1, status=Status.QUEUED, told=Status.QUEUED,
                outbox=self.has_broker, is_assessment=self.scorers > 0,
            )  # fmt: skip
            requests = (Request(sent=Sent.ANSWERED, answer=1),) * self.requests
        else:
            submission = Submission()
            requests = (Request(),) * self.requests
        return World(
            submissions=(submission,) * self.submissions,
            workers=(IDLE,) * self.workers,
            requests=(requests,) * self.submissions,
            scorers=(IDLE,) * self.scorers,
        )


def canonical(world: World, bounds: Bounds) -> World:
    """The same for all worlds that differ in nothing but names, and in what no step looks at any more."""
    world = forgetting(world, bounds)
    best: World | None = None
    for order in _ORDERS[len(world.submissions)]:
        renamed = tuple([world.submissions[number] for number in order])
        if list(renamed) != sorted(renamed):
            continue
        places = {number: place for place, number in enumerate(order)}
        candidate = World(
            submissions=renamed,
            workers=_seated(world.workers, places),
            scorers=_seated(world.scorers, places),
            requests=tuple([world.requests[number] for number in order]),
            relaying=places.get(world.relaying, -1),
        )
        if best is None or candidate < best:
            best = candidate
    assert best is not None
    return best


def forgetting(world: World, bounds: Bounds) -> World:
    """The same without what no step looks at any more."""
    return replace(
        world,
        submissions=tuple([_submission_in(world, number) for number in range(len(world.submissions))]),
        workers=tuple([_worker_in(world, worker, bounds) for worker in world.workers]),
        scorers=tuple([_scorer_in(world, scorer, bounds) for scorer in world.scorers]),
    )


_ORDERS = {count: tuple(permutations(range(count))) for count in range(1, 4)}


def _seated(workers: tuple[Worker, ...], places: dict[int, int]) -> tuple[Worker, ...]:
    return tuple(
        sorted(
            worker if worker.submission < 0 else replace(worker, submission=places[worker.submission])
            for worker in workers
        )
    )


def _worker_in(world: World, worker: Worker, bounds: Bounds) -> Worker:
    """A lease that was lost never holds again, so that its token matters no more, unless it has judged."""
    if worker.phase is Phase.IDLE or not bounds.tokens_are_fresh:
        return worker
    if worker.token == LOST_LEASE or world.holds(worker):
        return worker
    if world.submissions[worker.submission].judged_by == worker.token:
        return worker
    return _without_lease(worker, bounds)


def _scorer_in(world: World, scorer: Worker, bounds: Bounds) -> Worker:
    if scorer.phase is Phase.IDLE or world.holds_scoring(scorer):
        return scorer
    return _without_lease(scorer, bounds)


def _without_lease(worker: Worker, bounds: Bounds) -> Worker:
    is_last = worker.attempt >= bounds.attempts_max
    return replace(worker, token=LOST_LEASE, attempt=bounds.attempts_max if is_last else 1)


def _submission_in(world: World, number: int) -> Submission:
    submission = world.submissions[number]
    if not submission.judged_by and not submission.is_over:
        return submission
    judged_by = submission.judged_by
    if not any(w.submission == number and w.token == judged_by for w in world.workers):
        judged_by = 0
    if submission.is_over:
        return replace(submission, attempt=0, deaths=0, is_late=False, judged_by=judged_by)
    return replace(submission, judged_by=judged_by)


def _with(items: tuple[T, ...], number: int, changed: T) -> tuple[T, ...]:
    return (*items[:number], changed, *items[number + 1 :])
