"""What a problem's model solution costs on this machine, for who scores many submissions of the problem.

    first score of a problem ──► the model solution is judged as a submission is ──► kept for ten minutes
    every other score        ──► what is kept

So a score waits for it once in a while, and all candidates are compared with the same costs. A submission
that ran on another class of machine is not compared.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from assay.assessments.tracing import Program, References
from assay.assessments.tracing.measuring import Input, measure_runs
from assay.domain.judgement import Decision, Judgement
from assay.domain.problem import Problem
from assay.domain.submission import Submission
from assay.domain.verdict import Verdict

KEPT_SECONDS = (
    600.0  # how fast a machine is changes with what else it does; rubrics leave a factor of two free
)
WAIT_SECONDS_MAX = 30.0  # the lease of the scoring must outlast it, and the look at the text
PROBLEMS_MAX = 64

JudgesModel = Callable[[Problem], Awaitable[tuple[Program, Decision]]]
"""Judge a problem's model solution, on all tests. Raises `Unavailable`."""


@dataclass
class _Kept:
    """One version of a problem. The lock is held while its model solution is being judged."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    references: References | None = None
    until: float = 0.0


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
        """What a submission is compared with, or why with nothing. Raises `Unavailable`."""
        model = problem.model_solution
        if model is None:
            return References(why_none="the problem's package names no model solution")
        if model.language_id != submission.language_id:
            return References(why_none=f"the model solution is in another language, {model.language_id}")
        if judgement.decision.evidence.host_class != self._host_class:
            return References(why_none="it was judged on another class of machine than where it is scored")
        try:
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                return await self._measured(problem, inputs)
        except TimeoutError:
            return References(why_none="the model solution could not be run soon enough beside submissions")

    async def _measured(self, problem: Problem, inputs: Mapping[str, Input]) -> References:
        kept = self._kept.setdefault(problem.version, _Kept())
        self._kept.move_to_end(problem.version)
        if len(self._kept) > PROBLEMS_MAX:
            self._kept.popitem(last=False)
        async with kept.lock:
            if kept.references is None or self._seconds() >= kept.until:
                program, decision = await self._judge_model(problem)
                kept.references = _references(program, decision, inputs)
                kept.until = self._seconds() + KEPT_SECONDS
            return kept.references


def _references(program: Program, decision: Decision, inputs: Mapping[str, Input]) -> References:
    if decision.verdict is not Verdict.AC:
        return References(why_none=f"the model solution is not accepted here: {decision.verdict.label}")
    return References(timed=((program, measure_runs(decision.runs, inputs, facts={}, counts={})),))
