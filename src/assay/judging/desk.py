"""One submission on its way through the tests: what is done at each step.

It never holds more than `SLOTS_MAX` slots at once, so a judge with as many for each of its seats never waits
for itself: the candidate's, that of a run with files, a checker's and an interactor's, and one for the step
at hand (a static validator, a grader). Further lanes (lanes.py) sit on seats of their own.
"""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import assert_never

from assay.domain.events import Progress
from assay.domain.jury import JuryProgram, ValidationLimits
from assay.domain.limits import BYTES_PER_MIB
from assay.domain.problem import TestCase
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict
from assay.judging.answers import answer_for
from assay.judging.asking import STATIC_FOLDER, ask_grader, look_at_sources
from assay.judging.classify import Ruling
from assay.judging.compilation import NOTHING_WRONG, Compilation
from assay.judging.dialects import ACCEPTED, JuryFault
from assay.judging.grading import AskGrader, Grade, Outcome, RunStatic, RunTest, Step, grading
from assay.judging.jury import Validator, make_ready
from assay.judging.lanes import Lanes, open_lanes
from assay.judging.one_pass import Bench
from assay.judging.records import Records
from assay.judging.scoring import static_outcome
from assay.judging.stand import Stand, set_up
from assay.judging.task import Task
from assay.judging.trial import Trial, as_run, check_answer

SLOTS_MAX = 5
PROGRAMS_MAX = 2  # validators and interactor together
# The package format's "typical system default"s, for packages that leave them open.
DEFAULT_VALIDATION_LIMITS = ValidationLimits(
    cpu_time_ms=60_000, memory_bytes=2048 * BYTES_PER_MIB, output_bytes=8 * BYTES_PER_MIB
)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A task in work. `stand` and `lanes` are None when the answers themselves were sent in."""

    task: Task
    stand: Stand | None
    lanes: Lanes | None
    bench: Bench
    records: Records = field(default_factory=Records)

    async def walk(self, *, all_tests: bool) -> Grade:
        """Do what the problem's groups ask for, step by step."""
        steps = grading(self.task.problem, all_tests=all_tests)
        step = next(steps)
        while True:
            outcome = await self._do(step)
            try:
                step = steps.send(outcome)
            except StopIteration as end:
                grade: Grade = end.value
                return grade

    async def _do(self, step: Step) -> Outcome:
        try:
            match step:
                case RunTest():
                    return await self._run_test(step.test)
                case RunStatic() | AskGrader():
                    return await self._ask_jury(step)
                case _:
                    assert_never(step)
        except JuryFault as fault:
            return Outcome(verdict=Verdict.JE, message=str(fault))

    async def _run_test(self, test: TestCase) -> Outcome:
        ordinal, total = len(self.records.runs) + 1, len(self.task.problem.tests)
        await self.task.tell(Progress(status=SubmissionStatus.RUNNING, test_case=ordinal, total=total))
        near_limit = False
        if self.lanes is None:
            trial = await self._check_answer(test)
        else:
            trial, near_limit = await self.lanes.tried(test)
        run, outcome = as_run(test, ordinal, trial, near_limit=near_limit)
        self.records.add(run)
        return outcome

    async def _check_answer(self, test: TestCase) -> Trial:
        answer = answer_for(test, self.task.files, self.task.problem)
        if answer is not None:
            return await check_answer(answer, test, self.bench)
        ruling = Ruling(verdict=Verdict.WA, message="no answer was sent in for this test")
        return Trial(facts=None, ruling=ruling, judged=ACCEPTED, passes=1)

    async def _ask_jury(self, step: RunStatic | AskGrader) -> Outcome:
        """Raises `JuryFault`."""
        task, problem = self.task, self.task.problem
        async with AsyncExitStack() as stack:
            if isinstance(step, AskGrader):
                grader = None if problem.scoring is None else problem.scoring.grader
                validator = await _ready(task, _there(grader, "a grader"), stack)
                return await ask_grader(validator, step.args, step.lines)
            program = _there(problem.static_validator, "a static validator")
            if self.stand is None:
                raise JuryFault("answers have no sources for a static validator to look at")
            validator = await _ready(task, program, stack, folder=STATIC_FOLDER)
            stand = self.stand
            judged = await look_at_sources(validator, stand.files, stand.language, step.case.args)
            return static_outcome(program.name, step.case, judged)


async def open_desk(task: Task, stack: AsyncExitStack) -> tuple[Desk | None, Compilation]:
    """Compile what was submitted, and make the setter's programs ready; no desk when it does not compile.

    `stack` gives up the slots. Raises `JuryFault`.
    """
    stand, compilation = None, Compilation(facts=None, ruling=NOTHING_WRONG, output=b"")
    if task.language is not None:
        stand, compilation = await set_up(task, task.language, stack)
    if compilation.ruling.verdict is not None:
        return None, compilation
    validation = task.problem.validation
    checkers = () if validation is None else validation.checkers
    interactor = None if validation is None else validation.interactor
    if len(checkers) + (interactor is not None) > PROGRAMS_MAX:
        raise JuryFault(f"more than {PROGRAMS_MAX} programs have a say in each test")
    bench = Bench(
        data=task.data,
        checkers=[await _ready(task, program, stack) for program in checkers],
        interactor=None if interactor is None else await _ready(task, interactor, stack),
        passes_max=1 if validation is None else validation.passes_max,
        output_file=task.problem.output_file,
    )
    lanes = None if stand is None else await stack.enter_async_context(open_lanes(stand, bench))
    return Desk(task=task, stand=stand, lanes=lanes, bench=bench), compilation


async def _ready(task: Task, program: JuryProgram, stack: AsyncExitStack, *, folder: str = "") -> Validator:
    slot = await stack.enter_async_context(task.sandbox.slot(for_jury=True))
    validation = task.problem.validation
    limits = DEFAULT_VALIDATION_LIMITS if validation is None else validation.limits
    return await make_ready(program, slot, task.data, task.jury, limits, folder=folder)


def _there(program: JuryProgram | None, what: str) -> JuryProgram:
    if program is None:
        raise JuryFault(f"the package asks for {what} that it does not have")
    return program
