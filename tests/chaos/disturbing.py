"""One case on the tree: submissions of each kind, and a fault when a process comes to one step of its way.

Two clients send the same submissions under the same keys, in opposite order and at opposite doors.
"""

from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
import signal
import time

import httpx

from assay.crash_points import CrashPoint
from tests.chaos.faults import Fault
from tests.chaos.kinds import CAUSES, OF_SCORING, OPERATOR, OUTCOMES, SCORERS, body, is_over
from tests.chaos.member import Member, Role
from tests.chaos.tree import Tree

PATIENCE_SECONDS = 90.0
ANSWER_SECONDS_MAX = 2.0
PAUSE_SECONDS = 0.05
LOOK_SECONDS = 0.25  # at the rows, by psql
LATE_SECONDS_MAX = 1.0  # between an outcome and the steps after it
KINDS = ("plain",) * 3 + ("slow",) * 2 + ("fault", "poison", *OF_SCORING)
LONGEST = "poison"  # five tries: only where something comes of them

_HOLDERS = """
    SELECT worker_id FROM jobs JOIN submission_files USING (submission_id)
     WHERE state = 'leased' AND user_id = '{user}' AND convert_from(content, 'UTF8') LIKE '// slow %'
"""
WHEN_TOLD_TO_STOP = (CrashPoint.STOPPED_BEFORE_RETURN, CrashPoint.RELEASED)
WHEN_ANOTHER_DIES = (CrashPoint.SWEPT_BEFORE_COMMIT, CrashPoint.SWEPT)
WHEN_TOLD_AMID_SCORING = (CrashPoint.SCORING_RELEASED,)
POINTS_OF_SCORING = (
    CrashPoint.SCORING_CLAIMED_BEFORE_COMMIT,
    CrashPoint.SCORING_CLAIMED,
    CrashPoint.SEALED_BEFORE_RECORD,
    CrashPoint.SCORED_BEFORE_COMMIT,
    CrashPoint.SCORED,
    CrashPoint.SCORING_RETURNED_BEFORE_COMMIT,
    CrashPoint.SCORING_HANDED_BACK,
    CrashPoint.SCORING_GIVEN_UP,
    CrashPoint.SCORING_RELEASED,
)
OF_POISON = (CrashPoint.BURIED, CrashPoint.HANDED_BACK, CrashPoint.FAILED_BEFORE_RETURN)
OF_THE_DOORS = (
    CrashPoint.CHECKED,
    CrashPoint.RECORDED_BEFORE_COMMIT,
    CrashPoint.RECORDED_BEFORE_RING,
    CrashPoint.RUNG_BEFORE_ANSWER,
)
OF_THE_RELAY = (CrashPoint.ANNOUNCED_BEFORE_MARK, CrashPoint.MARKED)


def roles_at(point: CrashPoint) -> Collection[Role]:
    """Whose way it is on."""
    if point in OF_THE_DOORS:
        return (Role.DOORS,)
    if point in OF_THE_RELAY:
        return (Role.RELAY,)
    if point in (CrashPoint.TOLD, CrashPoint.TOLD_NOBODY_YET):
        return (Role.DOORS, Role.WORKER)
    return (Role.WORKER,)


class _Pace:
    """What is not done more often than once in so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due_at = 0.0

    def is_due(self) -> bool:
        now = time.monotonic()
        if now < self._due_at:
            return False
        self._due_at = now + self._seconds
        return True


class Disturbance:
    """A fault at a point; `point`: None: nothing happens."""

    def __init__(self, tree: Tree, name: str, point: CrashPoint | None, fault: Fault | None) -> None:
        self.accepted: dict[tuple[str, int], str] = {}  # what the client was told: by source and round
        self._submitting: list[Future[None]] = []
        self._round = 0
        self._tree = tree
        self._name = name
        self._point = point
        self._fault = fault
        self._begun_at: float | None = None
        self._is_ended = fault is None
        self._provoked = 0
        self._over_at = 0.0  # of the last round; by time.monotonic()
        self._looks_for_the_end = _Pace(LOOK_SECONDS)
        self._looks_for_the_busy = _Pace(LOOK_SECONDS)
        self._has_given_up = False

    def run(self) -> list[tuple[str, list[str]]]:
        """Kind and number, and the outcome, of all submissions, once all is over and the fault, too."""
        self._tree.keep_running()
        self._tree.wait_until_ready()  # or it would not hear what it is to die of
        self._tree.record_problem(self._name)
        if self._point is not None:
            self._tree.arm(f"{self._point}:1:stop", roles_at(self._point))
        with ThreadPoolExecutor(2) as clients:
            try:
                self._watch(clients)
            finally:
                self._has_given_up = not all(each.done() for each in self._submitting)
                self._calm()
        outcomes = self.outcomes()
        assert set(outcomes) == set(self.accepted.values()), "what was accepted is what is recorded"
        return [(source, outcomes[accepted]) for (source, _), accepted in self.accepted.items()]

    def outcomes(self) -> dict[str, list[str]]:
        """By identity: status, verdict, job, judgements, runs, last event, missing events, score."""
        rows = self._tree.sql(OUTCOMES.format(user=self._name))
        return {row.split()[0]: row.split()[1:] for row in rows.splitlines()}

    def causes(self) -> str:
        """What was noted of tries that failed, for whoever wonders at an outcome."""
        return self._tree.sql(CAUSES.format(user=self._name))

    # --- what is done to it ------------------------------------------------------------------------------

    def _watch(self, clients: ThreadPoolExecutor) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        self._submit_a_round(clients)
        while not (self._is_ended and self._all_is_over()):
            if self._is_to_be_submitted_again():
                self._submit_a_round(clients)
            if time.monotonic() > deadline:
                waits = self._tree.what_is_waited_for()
                raise AssertionError(f"struck: {self.has_struck}; {self.outcomes()}\n{waits}")
            self._tree.keep_running()
            if self._point is not None and not self.has_struck:
                self._tree.arm_fresh(roles_at(self._point))
            still = self._tree.standing_still()
            if still and not self.has_struck:
                self._strike()
            for member in still:
                self._tree.signal_on(member)
            if self.has_struck and not self._is_ended and self._age() > self._seconds():
                self._end()
            self._provoke()
            time.sleep(PAUSE_SECONDS)

    @property
    def has_struck(self) -> bool:
        return self._begun_at is not None

    def _strike(self) -> None:
        assert self._fault is not None
        self._fault.begin(self._tree)
        self._begun_at = time.monotonic()

    def _age(self) -> float:
        assert self._begun_at is not None
        return time.monotonic() - self._begun_at

    def _seconds(self) -> float:
        return 0.0 if self._fault is None else self._fault.seconds

    def _end(self) -> None:
        assert self._fault is not None
        self._is_ended = True
        self._fault.end(self._tree)

    def _calm(self) -> None:
        """Nothing of the case is left, however it went."""
        if self._point is not None:
            self._tree.arm("", roles_at(self._point))
        for member in self._tree.standing_still():
            self._tree.signal_on(member)
        if self._fault is not None:
            if self.has_struck and not self._is_ended:
                self._end()
            self._fault.mend(self._tree)

    def _provoke(self) -> None:
        """Do what brings a worker to its point, if judging alone does not."""
        if self.has_struck or self._point not in (
            *WHEN_TOLD_TO_STOP, *WHEN_TOLD_AMID_SCORING, *WHEN_ANOTHER_DIES
        ):  # fmt: skip
            return
        if (
            self._provoked >= 2 or not self._looks_for_the_busy.is_due()
        ):  # amid the same submission, which may have two
            return
        query = SCORERS if self._point in WHEN_TOLD_AMID_SCORING else _HOLDERS
        holders = self._tree.sql(query.format(user=self._name)).split()
        busy = [each for each in self._tree.of(Role.WORKER) if f"worker:{each.pid}" in holders]
        if busy:
            self._provoked += 1
            number = signal.SIGKILL if self._point in WHEN_ANOTHER_DIES else signal.SIGTERM
            self._tree.signal(busy[0], number)

    # --- what comes of it --------------------------------------------------------------------------------

    def _is_to_be_submitted_again(self) -> bool:
        """All went another way, as it may right after an outage, and nobody is about to come to the point."""
        if self.has_struck or self._point is None or not self._all_is_over():
            return False
        now = time.monotonic()
        self._over_at = self._over_at or now
        return now > self._over_at + LATE_SECONDS_MAX

    def _all_is_over(self) -> bool:
        for each in self._submitting:
            if each.done():
                each.result()
        if not all(each.done() for each in self._submitting) or not self._looks_for_the_end.is_due():
            return False
        return all(is_over(outcome) for outcome in self.outcomes().values())

    def _submit_a_round(self, clients: ThreadPoolExecutor) -> None:
        self._round += 1
        self._provoked = 0
        self._over_at = 0.0
        self._submitting = [clients.submit(self._submit_all, order, self._round) for order in (1, -1)]

    def _submit_all(self, order: int, number_of_round: int) -> None:
        for number, kind in list(enumerate(KINDS))[::order]:
            if self._is_left_out(kind):
                continue
            source = f"{kind} {number}"
            told = self._submit(self._tree.doors[::order], source, key=f"{source} {number_of_round}")
            known = self.accepted.setdefault((source, number_of_round), told)
            assert known == told, f"one key, two submissions: {source}"

    def _is_left_out(self, kind: str) -> bool:
        """It takes its time, and nothing would come of it at that point."""
        if self._point is None:
            return False
        if kind == LONGEST:
            return self._point not in OF_POISON
        return kind in OF_SCORING[1:] and self._point not in POINTS_OF_SCORING

    def _submit(self, doors: list[Member], source: str, *, key: str) -> str:
        """What the client is told its name is. It repeats at the other doors what it got no answer to."""
        why = "not asked"
        while not self._has_given_up:
            for each in doors:
                try:
                    answer = httpx.post(
                        f"{each.url}/api/v1/submissions",
                        json=body(source, problem_id=self._name, user_id=self._name),
                        headers={"Idempotency-Key": f"{self._name} {key}", **OPERATOR},
                        timeout=ANSWER_SECONDS_MAX,
                        trust_env=False,
                    )
                except httpx.TransportError as error:
                    why = repr(error)
                else:
                    if answer.status_code == 202:
                        told: str = answer.json()["id"]
                        return told
                    why = f"{answer.status_code} {answer.text}"
                    assert answer.status_code in (409, 503), why  # under way elsewhere; no database
                time.sleep(PAUSE_SECONDS)
        raise AssertionError(f"{source}: {why}")
