"""Broken protocols, each with what a search must say of it: rules that caught none would prove nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tests.model.broker import STEPS_WITH_BROKER, publish_once
from tests.model.protocol import (
    STEPS,
    Step,
    Transition,
    done,
    is_due,
    leased_to_each,
    pending,
    swept,
)
from tests.model.scoring import STEPS_WITH_SCORING, scored
from tests.model.world import (
    IDLE,
    Bounds,
    Job,
    Phase,
    Request,
    Scored,
    Scoring,
    Sent,
    Status,
    Submission,
    World,
)

QUEUE = Bounds(workers=2, submissions=1, accepted=True)
INTAKE = Bounds(workers=1, submissions=1, requests=2, attempts_max=1, deaths_max=1)
BROKER = Bounds(workers=1, submissions=1, accepted=True, attempts_max=1, deaths_max=1, has_broker=True)
SCORING = Bounds(workers=1, submissions=1, accepted=True, attempts_max=2, deaths_max=1, scorers=2)


@dataclass(frozen=True, kw_only=True)
class Mutant:
    name: str
    protocol: Mapping[str, Transition]
    bounds: Bounds
    wrong: str


def finish_without_the_fence(world: World, _: Bounds) -> Iterator[Step]:
    for who, worker in enumerate(world.workers):
        if worker.phase is Phase.JUDGED:
            finished = done(world.submissions[worker.submission], worker)
            after = world.with_worker(who, IDLE).with_submission(worker.submission, finished)
            yield Step(name="finish", after=after, submission=worker.submission, worker=who, told=True)


def finish_of_any_lease(world: World, bounds: Bounds) -> Iterator[Step]:
    """Asks whether the job is leased, and not to whom."""
    for step in finish_without_the_fence(world, bounds):
        if world.submissions[step.submission].job is Job.LEASED:
            yield step


def finish_that_denies_its_own(world: World, bounds: Bounds) -> Iterator[Step]:
    """Done again after a lost answer, it looks at the lease alone."""
    for step in STEPS["finish"](world, bounds):
        yield replace(step, told=world.holds(world.workers[step.worker]))


def finish_that_skips_a_number(world: World, bounds: Bounds) -> Iterator[Step]:
    for step in STEPS["finish"](world, bounds):
        old, new = world.submissions[step.submission], step.after.submissions[step.submission]
        if new != old:
            yield replace(step, after=step.after.with_submission(step.submission, replace(new, missing=1)))


def claim_with_an_old_token(world: World, bounds: Bounds) -> Iterator[Step]:
    """Each claim of a job has the same token."""
    for step in STEPS["claim"](world, bounds):
        submission = replace(step.after.submissions[step.submission], token=1)
        after = step.after.with_submission(step.submission, submission)
        yield replace(
            step, after=after.with_worker(step.worker, replace(after.workers[step.worker], token=1))
        )


def claim_without_compare_and_set(world: World, _: Bounds) -> Iterator[Step]:
    """Takes what was due when it looked, whatever has become of it since."""
    for number, submission in enumerate(world.submissions):
        if is_due(submission) or submission.job is Job.DONE:
            yield from leased_to_each(world, number, name="claim")


def hand_back_without_the_fence(world: World, bounds: Bounds) -> Iterator[Step]:
    for who, worker in enumerate(world.workers):
        if worker.phase is Phase.FAULTY:
            given_back = pending(world.submissions[worker.submission], bounds)
            after = world.with_worker(who, IDLE).with_submission(worker.submission, given_back)
            yield Step(name="hand_back", after=after, submission=worker.submission, worker=who, told=True)


def extend_without_the_fence(world: World, _: Bounds) -> Iterator[Step]:
    for who, worker in enumerate(world.workers):
        if worker.phase is Phase.JUDGING:
            submission = replace(world.submissions[worker.submission], is_late=False)
            after = world.with_submission(worker.submission, submission)
            yield Step(name="extend", after=after, submission=worker.submission, worker=who, told=True)


def no_sweep(_world: World, _: Bounds) -> Iterator[Step]:
    yield from ()


def sweep_that_forgets_dead_letters(world: World, bounds: Bounds) -> Iterator[Step]:
    for number, submission in enumerate(world.submissions):
        if submission.job is Job.LEASED and submission.is_late:
            changed = swept(submission, bounds)
            if changed.job is Job.DEAD:
                changed = Submission()
            yield Step(name="sweep", after=world.with_submission(number, changed), submission=number)


def sweep_that_tells_nobody(world: World, bounds: Bounds) -> Iterator[Step]:
    for step in STEPS["sweep"](world, bounds):
        old, new = world.submissions[step.submission], step.after.submissions[step.submission]
        yield replace(step, after=step.after.with_submission(step.submission, replace(new, told=old.told)))


def retry_that_loses_the_event(world: World, bounds: Bounds) -> Iterator[Step]:
    for step in STEPS["retry"](world, bounds):
        retried = replace(step.after.submissions[step.submission], told=Status.FAILED)
        yield replace(step, after=step.after.with_submission(step.submission, retried))


def record_without_the_key(world: World, bounds: Bounds) -> Iterator[Step]:
    """A repeat of the request is another submission."""
    for step in STEPS["record"](world, bounds):
        old, new = world.submissions[step.submission], step.after.submissions[step.submission]
        again = replace(new, owner=step.request + 1, rows=old.rows + 1)
        committed = Request(sent=Sent.COMMITTED, answer=again.owner)
        after = step.after.with_submission(step.submission, again)
        yield replace(step, after=after.with_request(step.submission, step.request, committed))


def answer_before_the_commit(world: World, _: Bounds) -> Iterator[Step]:
    for number, own in enumerate(world.requests):
        for which, request in enumerate(own):
            if request.sent is Sent.CHECKED:
                after = world.with_request(number, which, Request(sent=Sent.ANSWERED, answer=which + 1))
                yield Step(name="answer", after=after, submission=number, request=which)


def no_look_at_the_rows(_world: World, _: Bounds) -> Iterator[Step]:
    """Workers believe the broker, and wait for its messages alone."""
    yield from ()


def take_message_without_compare_and_set(world: World, _: Bounds) -> Iterator[Step]:
    """What a message names is judged, whatever has become of it since."""
    for number, submission in enumerate(world.submissions):
        if submission.messages and submission.job in (Job.PENDING, Job.DONE):
            yield from leased_to_each(world, number, name="take_message")


def finish_that_nobody_scores(world: World, bounds: Bounds) -> Iterator[Step]:
    """A worker that finishes a job, and a database without the trigger."""
    for step in STEPS["finish"](world, bounds):
        yield _with_scoring(step, world.submissions[step.submission].scoring)


def bury_without_a_trace(world: World, bounds: Bounds) -> Iterator[Step]:
    for step in STEPS["bury"](world, bounds):
        yield _with_scoring(step, world.submissions[step.submission].scoring)


def finish_that_takes_a_dead_letter_for_scored(world: World, bounds: Bounds) -> Iterator[Step]:
    """A row is there already, and it is left as it is."""
    for step in STEPS["finish"](world, bounds):
        was = world.submissions[step.submission].scoring
        becomes = step.after.submissions[step.submission].scoring
        yield _with_scoring(step, becomes if was == Scoring() else was)


def record_score_without_the_fence(world: World, _: Bounds) -> Iterator[Step]:
    for who, scorer in enumerate(world.scorers):
        if scorer.phase is Phase.JUDGED:
            submission = world.submissions[scorer.submission]
            changed = replace(submission, scoring=scored(submission.scoring))
            after = world.with_scorer(who, IDLE).with_submission(scorer.submission, changed)
            yield Step(name="record_score", after=after, submission=scorer.submission, worker=who, told=True)


def take_scored_for_waiting(world: World, bounds: Bounds) -> Iterator[Step]:
    """What is delivered again is scored again: neither the row's state nor the key is looked at."""
    yield from STEPS_WITH_SCORING["record_score"](world, bounds)
    for who, scorer in enumerate(world.scorers):
        submission = world.submissions[scorer.submission] if scorer.phase is Phase.JUDGED else None
        if submission is not None and submission.scoring.stands is Scored.SCORED:
            again = replace(submission.scoring, scores=submission.scoring.scores + 1)
            after = world.with_submission(scorer.submission, replace(submission, scoring=again))
            yield Step(name="record_again", after=after, submission=scorer.submission, worker=who)


def give_up_for_good(world: World, bounds: Bounds) -> Iterator[Step]:
    """What could not be scored is deleted."""
    for step in STEPS_WITH_SCORING["give_scoring_up"](world, bounds):
        scoring = step.after.submissions[step.submission].scoring
        yield _with_scoring(step, Scoring() if scoring.stands is Scored.UNSCORED else scoring)


def no_taking_back(_world: World, _: Bounds) -> Iterator[Step]:
    yield from ()


def _with_scoring(step: Step, scoring: Scoring) -> Step:
    changed = replace(step.after.submissions[step.submission], scoring=scoring)
    return replace(step, after=step.after.with_submission(step.submission, changed))


def _mutant(change: Transition, place: str, bounds: Bounds, wrong: str) -> Mutant:
    steps = STEPS_WITH_BROKER if bounds.has_broker else STEPS_WITH_SCORING
    assert place in steps
    return Mutant(name=change.__name__, protocol={**steps, place: change}, bounds=bounds, wrong=wrong)


_TWICE = "what was judged is to be judged again"
_UNTOLD = "followers were last told"
_UNFENCED = "a worker without a lease has changed something"
_WELL = "a worker without a lease is told that all went well"
_STUCK = "it can never end"
_DROPPED = "nobody will ever score it"

BELIEVING_WORKERS = {**STEPS_WITH_BROKER, "claim": no_look_at_the_rows, "look": no_look_at_the_rows}
BELIEVING_RELAY = {**STEPS_WITH_BROKER, "publish": publish_once}
"""Either is healed by the other; both together are a mutant."""

MUTANTS = (
    _mutant(finish_without_the_fence, "finish", QUEUE, _UNFENCED),
    _mutant(finish_of_any_lease, "finish", QUEUE, _UNFENCED),
    _mutant(finish_that_denies_its_own, "finish", QUEUE, "the judgement is its own"),
    _mutant(finish_that_skips_a_number, "finish", QUEUE, "a gap in the events' numbers"),
    _mutant(
        claim_with_an_old_token, "claim", replace(QUEUE, tokens_are_fresh=False), "2 workers hold the lease"
    ),
    _mutant(claim_without_compare_and_set, "claim", QUEUE, _TWICE),
    _mutant(hand_back_without_the_fence, "hand_back", QUEUE, _WELL),
    _mutant(extend_without_the_fence, "extend", QUEUE, _WELL),
    _mutant(no_sweep, "sweep", QUEUE, _STUCK),
    _mutant(sweep_that_forgets_dead_letters, "sweep", QUEUE, "what was recorded is gone"),
    _mutant(sweep_that_tells_nobody, "sweep", QUEUE, _UNTOLD),
    _mutant(retry_that_loses_the_event, "retry", QUEUE, _UNTOLD),
    _mutant(record_without_the_key, "record", INTAKE, "the key of submission 1 is now of 2"),
    _mutant(answer_before_the_commit, "answer", INTAKE, "answered with submission"),
    _mutant(take_message_without_compare_and_set, "take_message", BROKER, _TWICE),
    _mutant(finish_that_nobody_scores, "finish", SCORING, _DROPPED),
    _mutant(bury_without_a_trace, "bury", SCORING, _DROPPED),
    _mutant(finish_that_takes_a_dead_letter_for_scored, "finish", SCORING, "judged after all"),
    _mutant(record_score_without_the_fence, "record_score", SCORING, "a scorer without a lease has changed"),
    _mutant(take_scored_for_waiting, "record_score", SCORING, "2 scores under one key"),
    _mutant(give_up_for_good, "give_scoring_up", SCORING, _DROPPED),
    _mutant(no_taking_back, "take_scoring_back", SCORING, _STUCK),
    Mutant(
        name="workers_and_relay_that_believe_the_broker",
        protocol={**BELIEVING_WORKERS, "publish": publish_once},
        bounds=BROKER,
        wrong=_STUCK,
    ),
)
