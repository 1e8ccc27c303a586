"""What must hold of every state and of every step. Each rule says what is wrong, or nothing."""

from collections.abc import Callable, Iterator

from tests.model.protocol import Step
from tests.model.world import Job, Phase, Scored, Sent, Status, Submission, World

_STATUS_OF = {
    Job.NONE: (Status.UNKNOWN,),
    Job.PENDING: (Status.QUEUED,),
    Job.LEASED: (Status.QUEUED, Status.RUNNING),
    Job.DONE: (Status.JUDGED,),
    Job.DEAD: (Status.FAILED,),
    Job.PURGED: (Status.FAILED,),
}
_FENCED_OF_SCORING = (
    "record_score", "record_of_score_is_lost", "hand_scoring_back", "give_scoring_up", "release_scoring"
)  # fmt: skip
_FENCED = ("tell_progress", "finish", "finish_answer_is_lost", "hand_back", "bury", "release", "extend")


def one_effective_judgement(world: World) -> Iterator[str]:
    for submission in world.submissions:
        if submission.judgements > 1:
            yield f"{submission.judgements} judgements of one generation"
        if (submission.job is Job.DONE) != (submission.judgements == 1):
            yield f"a job that is {submission.job} with {submission.judgements} judgements"


def row_job_and_log_agree(world: World) -> Iterator[str]:
    for submission in world.submissions:
        if submission.status not in _STATUS_OF[submission.job]:
            yield f"a submission that is {submission.status} with a job that is {submission.job}"
        if submission.told is not submission.status:
            yield f"followers were last told {submission.told}, and it is {submission.status}"
        if submission.missing:
            yield "a gap in the events' numbers"


def a_key_is_one_submission(world: World) -> Iterator[str]:
    for submission, requests in zip(world.submissions, world.requests, strict=True):
        if submission.rows > 1:
            yield f"{submission.rows} submissions under one key"
        for request in requests:
            if request.sent in (Sent.COMMITTED, Sent.ANSWERED) and request.answer != submission.owner:
                yield f"answered with submission {request.answer}; the key is of {submission.owner}"


def accepted_is_recorded(world: World) -> Iterator[str]:
    for submission, requests in zip(world.submissions, world.requests, strict=True):
        if not submission.is_recorded and any(request.sent is Sent.ANSWERED for request in requests):
            yield "accepted, and there is no job"


def one_holder(world: World) -> Iterator[str]:
    for number in range(len(world.submissions)):
        holders = [
            worker
            for worker in world.workers
            if worker.phase is not Phase.IDLE and worker.submission == number and world.holds(worker)
        ]
        if len(holders) > 1:
            yield f"{len(holders)} workers hold the lease of one job"


def the_fenced_change_nothing(before: World, step: Step) -> Iterator[str]:
    if step.name in _FENCED and not before.holds(before.workers[step.worker]):
        if step.after.submissions != before.submissions:
            yield "a worker without a lease has changed something"
        judged_by = before.submissions[step.submission].judged_by
        if step.told and not (step.name == "finish" and judged_by == before.workers[step.worker].token):
            yield "a worker without a lease is told that all went well"


def what_is_recorded_is_not_denied(before: World, step: Step) -> Iterator[str]:
    if step.name == "finish" and step.told is False:
        worker = before.workers[step.worker]
        if before.submissions[worker.submission].judged_by == worker.token:
            yield "a worker is told that it came too late, and the judgement is its own"


def what_is_final_stays(before: World, step: Step) -> Iterator[str]:
    for old, new in _pairs(before, step):
        if old.job is Job.DONE and new.job is not Job.DONE:
            yield "what was judged is to be judged again"
        if old.job is Job.DEAD and new.job is not Job.DEAD and step.name not in ("retry", "purge"):
            yield "a dead letter is gone, and no operator has said so"
        if old.is_recorded and not new.is_recorded:
            yield "what was recorded is gone"


def a_key_stays_whose_it_is(before: World, step: Step) -> Iterator[str]:
    for old, new in _pairs(before, step):
        if old.owner not in (0, new.owner):
            yield f"the key of submission {old.owner} is now of {new.owner}"


def one_score_a_key(world: World) -> Iterator[str]:
    for submission in world.submissions:
        if (scores := submission.scoring.scores) > 1:
            yield f"{scores} scores under one key"
        if (submission.scoring.stands is Scored.SCORED) != (submission.scoring.scores == 1):
            yield f"an assessment that is {submission.scoring.stands} with {submission.scoring.scores} scores"


def no_candidate_is_dropped(world: World) -> Iterator[str]:
    for submission in world.submissions:
        if not submission.is_assessment:
            continue
        if submission.is_over and submission.scoring.stands is Scored.NOT_YET:
            yield f"an assessment whose job is {submission.job}, and nobody will ever score it"
        if submission.job is Job.DONE and submission.scoring.stands is Scored.UNJUDGED:
            yield "an assessment that was judged after all, and nobody will ever score it"


def one_scorer(world: World) -> Iterator[str]:
    for number in range(len(world.submissions)):
        holders = [
            scorer
            for scorer in world.scorers
            if scorer.phase is not Phase.IDLE and scorer.submission == number and world.holds_scoring(scorer)
        ]
        if len(holders) > 1:
            yield f"{len(holders)} scorers hold the lease of one assessment"


def the_fenced_score_nothing(before: World, step: Step) -> Iterator[str]:
    if step.name in _FENCED_OF_SCORING and not before.holds_scoring(before.scorers[step.worker]):
        if step.after.submissions != before.submissions:
            yield "a scorer without a lease has changed something"
        if step.told:
            yield "a scorer without a lease is told that all went well"


def what_is_scored_stays(before: World, step: Step) -> Iterator[str]:
    for old, new in _pairs(before, step):
        was, becomes = old.scoring.stands, new.scoring.stands
        if was is becomes or step.name == "erase":
            continue
        if was in (Scored.SCORED, Scored.ERASED):
            yield f"what was {was} is {becomes}"
        if was is Scored.UNSCORED and step.name != "retry_scoring":
            yield "what could not be scored is gone, and no operator has said so"


def _pairs(before: World, step: Step) -> Iterator[tuple[Submission, Submission]]:
    return zip(before.submissions, step.after.submissions, strict=True)


OF_STATES: tuple[Callable[[World], Iterator[str]], ...] = (
    one_effective_judgement,
    row_job_and_log_agree,
    a_key_is_one_submission,
    accepted_is_recorded,
    one_holder,
    one_score_a_key,
    no_candidate_is_dropped,
    one_scorer,
)
OF_STEPS: tuple[Callable[[World, Step], Iterator[str]], ...] = (
    the_fenced_change_nothing,
    what_is_recorded_is_not_denied,
    what_is_final_stays,
    a_key_stays_whose_it_is,
    the_fenced_score_nothing,
    what_is_scored_stays,
)
