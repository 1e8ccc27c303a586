"""Scoring: what is judged in the lane of assessments waits, from the same transaction on, for its score.

A scorer is a loop beside a worker's judging, and has leases of its own: what is said of workers in
protocol.py holds of it, too. Its phases are those of a worker: `JUDGING` is scoring here, and `JUDGED` has a
score that is not recorded.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from tests.model.protocol import STEPS, Step, Transition
from tests.model.world import IDLE, Bounds, Phase, Scored, Scoring, Worker, World

Change = Callable[[Scoring], Scoring]


def claim_scoring(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.sql.scores:SqlScoreStore.claim`, `assay.adapters.memory.scores:MemoryScoreStore.claim`:
    by compare-and-set, with a fresh token.
    """
    for number, leased in _due(world):
        for who, scorer in enumerate(world.scorers):
            if scorer.phase is Phase.IDLE:
                seated = Worker(
                    phase=Phase.JUDGING, submission=number, token=leased.token, attempt=leased.attempt
                )
                after = _changed(world, number, leased).with_scorer(who, seated)
                yield Step(name="claim_scoring", after=after, submission=number, worker=who, told=True)


def claim_of_scoring_is_lost(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.assessments.scoring_loop:Loop.run` gets `Unavailable`, though the claim was committed."""
    for number, leased in _due(world):
        after = _changed(world, number, leased)
        yield Step(name="claim_of_scoring_is_lost", after=after, submission=number, is_fault=True)


def take_scoring_back(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.adapters.sql.scores:SqlScoreStore.claim`, `assay.adapters.memory.scores:MemoryScoreStore.claim`:
    whoever claims first sees to what others fell silent over.
    """
    for number, submission in enumerate(world.submissions):
        scoring = submission.scoring
        if scoring.stands is Scored.LEASED and scoring.is_late:
            is_last = scoring.attempt >= bounds.attempts_max
            stands = Scored.UNSCORED if is_last else Scored.WAITING
            after = _changed(world, number, _over(scoring, stands))
            yield Step(name="take_scoring_back", after=after, submission=number)


def score(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.assessments.score_submission:score_submission` has a score, and its evidence is sealed.

    With a salt of `assay.adapters.sql.scores:SqlScoreStore.person_salt`,
    `assay.adapters.memory.scores:MemoryScoreStore.person_salt`: who has lost the lease gets none, and records
    as little as who gets one and loses the lease after it.
    """
    for who, scorer in _scorers(world, Phase.JUDGING):
        after = world.with_scorer(who, replace(scorer, phase=Phase.JUDGED))
        yield Step(name="score", after=after, submission=scorer.submission, worker=who)


def scoring_fails(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.assessments.score_submission:score_submission` raises."""
    for who, scorer in _scorers(world, Phase.JUDGING):
        after = world.with_scorer(who, replace(scorer, phase=Phase.FAULTY))
        yield Step(name="scoring_fails", after=after, submission=scorer.submission, worker=who, is_fault=True)


def record_score(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.sql.scores:SqlScoreStore.record`,
    `assay.adapters.memory.scores:MemoryScoreStore.record`: score, evidence and the row's end.
    """
    yield from _ended(world, Phase.JUDGED, "record_score", scored)


def record_of_score_is_lost(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.assessments.scoring_loop:Loop._attend` gets `Unavailable`, though it was committed."""
    for who, scorer in _scorers(world, Phase.JUDGED):
        if world.holds_scoring(scorer):
            recorded = scored(world.submissions[scorer.submission].scoring)
            after = _changed(world, scorer.submission, recorded)
            after = after.with_scorer(who, replace(scorer, phase=Phase.FAULTY))
            yield Step(
                name="record_of_score_is_lost", after=after, submission=scorer.submission, worker=who,
                is_fault=True,
            )  # fmt: skip


def hand_scoring_back(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.adapters.sql.scores:SqlScoreStore.hand_back`,
    `assay.adapters.memory.scores:MemoryScoreStore.hand_back`, as `assay.queue.rules:after_fault` has it.
    """
    for step in _ended(world, Phase.FAULTY, "hand_scoring_back", _delayed):
        if world.scorers[step.worker].attempt < bounds.attempts_max:
            yield step


def give_scoring_up(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.sql.scores:SqlScoreStore.give_up`,
    `assay.adapters.memory.scores:MemoryScoreStore.give_up`: at once, too, where no other try would help.
    """
    yield from _ended(world, Phase.FAULTY, "give_scoring_up", given_up)


def stop_scoring(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.assessments.scoring_loop:Loop.run` is cancelled: its worker ends."""
    for who, scorer in _scorers(world, Phase.JUDGING):
        after = world.with_scorer(who, replace(scorer, phase=Phase.STOPPED))
        yield Step(name="stop_scoring", after=after, submission=scorer.submission, worker=who, is_fault=True)


def release_scoring(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.adapters.sql.scores:SqlScoreStore.release`,
    `assay.adapters.memory.scores:MemoryScoreStore.release`: the try is not counted.
    """
    yield from _ended(world, Phase.STOPPED, "release_scoring", _released)


def scorer_dies(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.assessments.scoring_loop:Loop.run` ends between any two steps; another is started."""
    for who, scorer in enumerate(world.scorers):
        if scorer.phase is not Phase.IDLE:
            after = world.with_scorer(who, IDLE)
            yield Step(
                name="scorer_dies", after=after, submission=scorer.submission, worker=who, is_fault=True
            )


def time_of_scoring_passes(world: World, _: Bounds) -> Iterator[Step]:
    """`assay.domain.clock:Clock`: a lease runs out, or a delay ends."""
    for number, submission in enumerate(world.submissions):
        scoring = submission.scoring
        if scoring.is_late == (scoring.stands is Scored.WAITING) and scoring.stands in (
            Scored.WAITING,
            Scored.LEASED,
        ):
            after = _changed(world, number, replace(scoring, is_late=not scoring.is_late))
            yield Step(name="time_of_scoring_passes", after=after, submission=number)


def retry_scoring(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.adapters.sql.scores:SqlScoreStore.retry`,
    `assay.adapters.memory.scores:MemoryScoreStore.retry`: an operator has it scored, from the first try on.
    """
    for number, submission in enumerate(world.submissions):
        if bounds.has_operator and submission.scoring.stands is Scored.UNSCORED:
            after = _changed(world, number, Scoring(stands=Scored.WAITING))
            yield Step(name="retry_scoring", after=after, submission=number, is_fault=True)


def erase(world: World, bounds: Bounds) -> Iterator[Step]:
    """`assay.adapters.sql.evidence:SqlEvidenceLog.erase`,
    `assay.adapters.memory.evidence:MemoryEvidenceLog.erase`: its score is gone, and none comes in its place.
    """
    for number, submission in enumerate(world.submissions):
        if bounds.has_operator and submission.scoring.stands not in (Scored.NOT_YET, Scored.ERASED):
            after = _changed(world, number, Scoring(stands=Scored.ERASED))
            yield Step(name="erase", after=after, submission=number, is_fault=True)


STEPS_OF_SCORING: Mapping[str, Transition] = {
    step.__name__: step
    for step in (
        claim_scoring, claim_of_scoring_is_lost, take_scoring_back, score, scoring_fails,
        record_score, record_of_score_is_lost, hand_scoring_back, give_scoring_up, stop_scoring,
        release_scoring, scorer_dies, time_of_scoring_passes, retry_scoring, erase,
    )
}  # fmt: skip
STEPS_WITH_SCORING: Mapping[str, Transition] = {**STEPS, **STEPS_OF_SCORING}

# --- what steps are made of -------------------------------------------------------------------------------


def scored(scoring: Scoring) -> Scoring:
    """The idempotency key is a primary key: a second score changes nothing."""
    return replace(_over(scoring, Scored.SCORED), scores=max(1, scoring.scores))


def given_up(scoring: Scoring) -> Scoring:
    return _over(scoring, Scored.UNSCORED)


def _delayed(scoring: Scoring) -> Scoring:
    return replace(_over(scoring, Scored.WAITING), is_late=True)


def _released(scoring: Scoring) -> Scoring:
    return replace(_over(scoring, Scored.WAITING), attempt=scoring.attempt - 1)


def _over(scoring: Scoring, stands: Scored) -> Scoring:
    """The lease is. How many tries there were matters only to what is to be tried again."""
    attempt = scoring.attempt if stands is Scored.WAITING else 0
    return replace(scoring, stands=stands, attempt=attempt, token=0, is_late=False)


def _due(world: World) -> Iterator[tuple[int, Scoring]]:
    """What may be claimed, as it is then."""
    for number, submission in enumerate(world.submissions):
        scoring = submission.scoring
        if scoring.stands is Scored.WAITING and not scoring.is_late:
            token = world.fresh_scoring_token(number)
            yield (
                number,
                replace(scoring, stands=Scored.LEASED, attempt=scoring.attempt + 1, token=token),
            )


def _ended(world: World, phase: Phase, name: str, change: Change) -> Iterator[Step]:
    """A scorer is done with its submission in one of the ways that its lease must still hold for."""
    for who, scorer in _scorers(world, phase):
        after = world.with_scorer(who, IDLE)
        if is_held := world.holds_scoring(scorer):
            ended = change(world.submissions[scorer.submission].scoring)
            after = _changed(after, scorer.submission, ended)
        yield Step(name=name, after=after, submission=scorer.submission, worker=who, told=is_held)


def _changed(world: World, number: int, scoring: Scoring) -> World:
    return world.with_submission(number, replace(world.submissions[number], scoring=scoring))


def _scorers(world: World, phase: Phase) -> Iterator[tuple[int, Worker]]:
    return ((who, scorer) for who, scorer in enumerate(world.scorers) if scorer.phase is phase)
