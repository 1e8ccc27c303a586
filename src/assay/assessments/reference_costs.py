"""What a problem's model solution costs on this machine, for who scores many submissions of the problem.

    first score of a problem ──► the model solution is judged as a submission is ──► kept for ten minutes
    every other score        ──► what is kept                                         └ a fault: for one

It is judged beside the scores, in a task of its own. So a score waits for it once in a while, and never for
long; one that takes longer is there for later scores, and all candidates are compared with the same costs. No
comparison is worth a score: whatever is wrong with it, the score is made without. A submission that ran on
another class of machine is not compared.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from assay.assessments.tracing import Program, References
from assay.assessments.tracing.measuring import Input, measure_runs
from assay.domain.judgement import Decision, Judgement
from assay.domain.problem import Problem
from assay.domain.submission import Submission
from assay.domain.verdict import Verdict
from assay.errors import AssayError

KEPT_SECONDS = (
    600.0  # how fast a machine is changes with what else it does; rubrics leave a factor of two free
)
FAULT_KEPT_SECONDS = 60.0  # faults pass; nobody waits for the next try before
WAIT_SECONDS_MAX = 30.0  # the lease of the scoring must outlast it, and the look at the text
PROBLEMS_MAX = 64

JudgesModel = Callable[[Problem], Awaitable[tuple[Program, Decision]]]
"""Judge a problem's model solution, on all tests. Raises `AssayError` and `OSError`."""


@dataclass
class _Kept:
    """One version of a problem. `working` judges its model solution since `began`; one that ended by a bug
    stays until a score has met it."""

    references: References | None = None
    until: float = 0.0
    working: asyncio.Task[References] | None = None
    began: float = 0.0


class ReferenceCosts:
    """Of one machine, whose class is `host_class`, and one event loop. `seconds` never goes back."""

    def __init__(self, judge_model: JudgesModel, *, host_class: str, seconds: Callable[[], float]) -> None:
        self._judge_model = judge_model
        self._host_class = host_class
        self._seconds = seconds
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def of(
        self, submission: Submission, judgement: Judgement, problem: Problem, inputs: Mapping[str, Input]
    ) -> References:
        """What a submission is compared with, or why with nothing."""
        model = problem.model_solution
        if model is None:
            return References(why_none="the problem's package names no model solution")
        if model.language_id != submission.language_id:
            return References(why_none=f"the model solution is in another language, {model.language_id}")
        if judgement.decision.evidence.host_class != self._host_class:
            return References(why_none="it was judged on another class of machine than where it is scored")
        kept = self._kept_of(problem)
        if kept.references is not None and self._seconds() < kept.until:
            return kept.references
        if kept.working is None:
            kept.began = self._seconds()
            kept.working = asyncio.create_task(self._judge(problem, inputs, kept), name="model solution")
        return await self._awaited(kept, kept.working)

    async def close(self) -> None:
        """Leave nothing behind that runs."""
        working = [kept.working for kept in self._kept.values() if kept.working is not None]
        for each in working:
            each.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    def _kept_of(self, problem: Problem) -> _Kept:
        """Its own; where there are too many, the one goes that was not asked for longest."""
        kept = self._kept.setdefault(problem.version, _Kept())
        self._kept.move_to_end(problem.version)
        if len(self._kept) > PROBLEMS_MAX:
            idle = (v for v, each in self._kept.items() if each.working is None and each is not kept)
            self._kept.pop(next(idle, ""), None)  # without any there are too many for a while
        return kept

    async def _awaited(self, kept: _Kept, working: asyncio.Task[References]) -> References:
        """Whoever comes when it was begun long ago waits no more."""
        try:
            async with asyncio.timeout(max(0.0, kept.began + WAIT_SECONDS_MAX - self._seconds())):
                return await asyncio.shield(working)
        except TimeoutError:
            return References(why_none="the model solution could not be run soon enough beside submissions")
        finally:
            if working.done():
                kept.working = None

    async def _judge(self, problem: Problem, inputs: Mapping[str, Input], kept: _Kept) -> References:
        kept_seconds = KEPT_SECONDS
        try:
            program, decision = await self._judge_model(problem)
            references = _references(program, decision, inputs)
            if decision.verdict is Verdict.JE:
                kept_seconds = FAULT_KEPT_SECONDS
        except (AssayError, OSError) as error:
            references = References(why_none=f"the model solution could not be judged: {_cause(error)}")
            kept_seconds = FAULT_KEPT_SECONDS
        kept.references, kept.until, kept.working = references, self._seconds() + kept_seconds, None
        return references


def _cause(error: AssayError | OSError) -> str:
    """Evidence has it: nothing of this machine's folders."""
    return error.message if isinstance(error, AssayError) else error.strerror or type(error).__name__


def _references(program: Program, decision: Decision, inputs: Mapping[str, Input]) -> References:
    if decision.verdict is not Verdict.AC:
        return References(why_none=f"the model solution is not accepted here: {decision.verdict.label}")
    return References(timed=((program, measure_runs(decision.runs, inputs, facts={}, counts={})),))
