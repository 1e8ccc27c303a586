"""Where a process may die, by name: `tests/chaos` kills one at each of them in turn.

    reach(CrashPoint.CLAIMED)           the code, at the place that the point names
    ASSAY_CRASH_POINT=claimed:3:kill    the third time that it comes by, the process kills itself

A new step on a submission's way gets a point here, and with it a line of the crash matrix. Unarmed, as any
process is that was not told otherwise, `reach` looks at one name and returns: 0.06 µs, some ten times a
submission.
"""

from dataclasses import dataclass
from enum import StrEnum
import os
import signal

from assay.errors import UsageError


class Death(StrEnum):
    KILL = "kill"
    STOP = "stop"  # as a machine does that swaps, or is suspended: it may go on much later


_SIGNALS = {Death.KILL: signal.SIGKILL, Death.STOP: signal.SIGSTOP}


class CrashPoint(StrEnum):
    """A point's name, and all places in the code where it is reached: "module:function"."""

    places: tuple[str, ...]

    def __new__(cls, name: str, *places: str) -> "CrashPoint":
        point = str.__new__(cls, name)
        point._value_ = name
        point.places = places
        return point

    # --- accepting: an API process -------------------------------------------------------------------
    CHECKED = "checked", "assay.intake.submit:submit"
    RECORDED_BEFORE_COMMIT = (
        "recorded-before-commit",
        "assay.adapters.postgres.submissions:_record",
        "assay.adapters.sql.submissions:_record",
    )
    RECORDED_BEFORE_RING = "recorded-before-ring", "assay.intake.submit:submit"
    RUNG_BEFORE_ANSWER = "rung-before-answer", "assay.intake.submit:submit"

    # --- announcing: a relay, where there is a broker --------------------------------------------------
    ANNOUNCED_BEFORE_MARK = "announced-before-mark", "assay.queue.relay:Relay.announce"
    MARKED = "marked", "assay.queue.relay:Relay.announce"

    # --- hearing of jobs: a worker, where there is a broker ---------------------------------------------
    RECEIVED_BEFORE_CLAIM = "received-before-claim", "assay.queue.on_broker:BrokerQueue.claim"
    CLAIMED_BEFORE_ACKNOWLEDGE = "claimed-before-acknowledge", "assay.queue.on_broker:BrokerQueue.claim"

    # --- judging: a worker ---------------------------------------------------------------------------
    CLAIMED = "claimed", "assay.worker.loop:_claim"
    LOADED_BEFORE_JUDGING = "loaded-before-judging", "assay.worker.job:judge"
    STEP_BEFORE_COMMIT = (
        "step-before-commit",
        "assay.adapters.postgres.verdicts:PostgresVerdictStore._carry_steps.record",
        "assay.adapters.sql.verdicts:SqlVerdictStore.progress.record",
    )
    STEP_BEFORE_RING = (
        "step-before-ring",
        "assay.adapters.postgres.verdicts:PostgresVerdictStore._carry_steps",
        "assay.adapters.sql.verdicts:SqlVerdictStore._write_and_ring",  # the final step, too
    )
    EXTENDED = "extended", "assay.worker.process:keep_in_touch"
    JUDGED_BEFORE_FINISH = "judged-before-finish", "assay.worker.job:_finish"
    FINISHED_BEFORE_COMMIT = (
        "finished-before-commit",
        "assay.adapters.postgres.verdicts:PostgresVerdictStore._carry_finishes.record",
        "assay.adapters.sql.verdicts:SqlVerdictStore.finish.record",
    )
    FINISHED_BEFORE_RING = (
        "finished-before-ring",
        "assay.adapters.postgres.verdicts:PostgresVerdictStore._carry_finishes",
    )
    FINISHED = "finished", "assay.worker.job:_finish"

    # --- giving back: a worker -----------------------------------------------------------------------
    FAILED_BEFORE_RETURN = "failed-before-return", "assay.worker.job:_try_again_or_bury"
    STOPPED_BEFORE_RETURN = "stopped-before-return", "assay.worker.job:_release"
    RETURNED_BEFORE_COMMIT = (
        "returned-before-commit",
        "assay.adapters.postgres.jobs:PostgresJobQueue._carry_returns.give_back",
        "assay.adapters.sql.jobs:SqlJobQueue._change.give_back",
    )
    RETURNED_BEFORE_RING = (
        "returned-before-ring",
        "assay.adapters.postgres.jobs:PostgresJobQueue._carry_returns",
        "assay.adapters.sql.jobs:SqlJobQueue._change",
    )
    HANDED_BACK = "handed-back", "assay.worker.job:_try_again_or_bury"
    BURIED = "buried", "assay.worker.job:_try_again_or_bury"
    RELEASED = "released", "assay.worker.job:_release"

    # --- sweeping: a worker --------------------------------------------------------------------------
    SWEPT_BEFORE_COMMIT = (
        "swept-before-commit",
        "assay.adapters.postgres.jobs:PostgresJobQueue.sweep.take_back",
        "assay.adapters.sql.jobs:SqlJobQueue.sweep.take_back",
    )
    SWEPT = "swept", "assay.worker.process:keep_sweeping"

    # --- scoring: a worker, beside its judging ---------------------------------------------------------
    SCORING_CLAIMED_BEFORE_COMMIT = (
        "scoring-claimed-before-commit",
        "assay.adapters.sql.scores:SqlScoreStore.claim.script",
    )
    SCORING_CLAIMED = "scoring-claimed", "assay.assessments.scoring_loop:Loop._look"
    SEALED_BEFORE_RECORD = "sealed-before-record", "assay.assessments.score_submission:_record"
    SCORED_BEFORE_COMMIT = "scored-before-commit", "assay.adapters.sql.scores:SqlScoreStore.record.script"
    SCORED = "scored", "assay.assessments.scoring_loop:Loop._attend"
    SCORING_RETURNED_BEFORE_COMMIT = "scoring-returned-before-commit", "assay.adapters.sql.scores:_give_back"
    SCORING_HANDED_BACK = "scoring-handed-back", "assay.assessments.scoring_loop:Loop._hand_back"
    SCORING_GIVEN_UP = "scoring-given-up", "assay.assessments.scoring_loop:Loop._give_up"
    SCORING_RELEASED = "scoring-released", "assay.assessments.scoring_loop:Loop._release"

    # --- telling: whoever has a message --------------------------------------------------------------
    TOLD_NOBODY_YET = "told-nobody-yet", "assay.adapters.broadcast.outbox:Outbox._go"
    TOLD = "told", "assay.adapters.broadcast.outbox:Outbox._go"


@dataclass(kw_only=True)
class CrashPlan:
    """To die in that way when that point is reached for the `countdown`-th time."""

    point: CrashPoint
    countdown: int
    death: Death

    def reach(self, point: CrashPoint) -> None:
        if point is self.point:
            self.countdown -= 1
            if self.countdown == 0:
                os.kill(os.getpid(), _SIGNALS[self.death])


def read_plan(text: str) -> CrashPlan | None:
    """A plan from "POINT", "POINT:NTH" or "POINT:NTH:DEATH"; none from "". Raises `UsageError`."""
    if not text:
        return None
    name, nth, death, *rest = [*text.split(":"), *("1", "kill")[text.count(":") :]]
    try:
        if rest:
            raise ValueError(f"{text!r} has too many parts")  # noqa: TRY301 - told as the others are
        plan = CrashPlan(point=CrashPoint(name), countdown=int(nth), death=Death(death))
    except ValueError as error:
        raise UsageError(f"ASSAY_CRASH_POINT is POINT:NTH:kill or :stop; {error}") from None
    if plan.countdown < 1:
        raise UsageError("ASSAY_CRASH_POINT counts from 1")
    return plan


_armed: CrashPlan | None = None  # the process's own death; a parameter for it would go through every stage


def arm(plan: CrashPlan | None) -> None:
    """From now on this process dies as planned; None: it does not."""
    global _armed  # noqa: PLW0603 - see there
    _armed = plan


def reach(point: CrashPoint) -> None:
    """We are at that point of the way."""
    if _armed is not None:
        _armed.reach(point)
