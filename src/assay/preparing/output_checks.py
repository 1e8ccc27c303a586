"""Answers and shown outputs by the output validator, and outputs that it must refuse.

Source: package format, "Validation of shared test case files", "Invalid output", "Valid output". Of
interactive and multi-pass problems there is no output to be checked.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from assay.domain.jury import DataRef
from assay.domain.problem import TestCase
from assay.domain.verdict import Verdict
from assay.judging.capture import closing_fd
from assay.judging.desk import DEFAULT_VALIDATION_LIMITS
from assay.judging.dialects import JuryFault
from assay.judging.jury import make_ready
from assay.judging.lexing import read_at
from assay.judging.one_pass import Bench
from assay.judging.trial import as_run, check_answer
from assay.preparing.validation import Check, Checked, Notes
from assay.preparing.workshop import Step, Workshop, at_once
from assay.problems import Package
from assay.problems.package import CaseKind

ANSWERS = "answers as outputs"


@dataclass(frozen=True, kw_only=True)
class _Task:
    """An output, and what the validator must say of it. `check` names what the task belongs to."""

    check: str
    test: TestCase
    output: DataRef
    must_pass: bool
    is_promised: bool = True  # by the format; else only a warning comes of it


async def check_outputs(package: Package, workshop: Workshop, step: Step) -> Checked:
    """Have all outputs that the package has checked."""
    notes = Notes()
    validation = package.problem.validation
    if validation is not None and (validation.interactor is not None or validation.passes_max > 1):
        for case in package.validation_cases:
            if case.output is not None:
                notes.warn(
                    case.output, "is not checked: outputs of interactive and multi-pass problems cannot be"
                )
        return Checked(checks=(), notes=notes)
    tasks = _tasks(package)
    checking = _OutputChecking(package, workshop, step, notes, total=len(tasks))
    shares = [tasks[seat :: workshop.seats] for seat in range(workshop.seats)]
    try:
        failed = await at_once(
            [partial(checking.share, share) for share in shares if share], seats=workshop.seats
        )
    except JuryFault as fault:
        notes.error("output_validator", str(fault))
        return Checked(checks=(), notes=notes)
    notes.errors.sort(key=lambda finding: finding.path)
    notes.warnings.sort(key=lambda finding: finding.path)
    wrong = [task.check for share in failed for task in share]
    names = dict.fromkeys(task.check for task in tasks)
    checks = [
        Check(name=name, count=sum(task.check == name for task in tasks), failed=wrong.count(name))
        for name in names
    ]
    return Checked(checks=tuple(checks), notes=notes)


def _tasks(package: Package) -> list[_Task]:
    answers = [
        _Task(
            check=ANSWERS,
            test=test,
            output=test.answer,
            must_pass=True,
            is_promised=_is_shown(test) and (test.shown is None or test.shown.output is None),
        )
        for test in package.problem.tests
    ]
    cases = [
        _Task(
            check=f"data/{case.kind}" if case.test not in package.problem.tests else "outputs that are shown",
            test=case.test,
            output=case.output,
            must_pass=case.kind is CaseKind.VALID_OUTPUT,
        )
        for case in package.validation_cases
        if case.output is not None
    ]
    return [*answers, *cases]


def _is_shown(test: TestCase) -> bool:
    return test.is_sample or test.full_feedback


class _OutputChecking:
    def __init__(self, package: Package, workshop: Workshop, step: Step, notes: Notes, *, total: int) -> None:
        self._package = package
        self._workshop = workshop
        self._step = step
        self._notes = notes
        self._done, self._total = 0, total

    async def share(self, tasks: Sequence[_Task]) -> list[_Task]:
        """Those that are not as they must be. Raises `JuryFault` when the validator cannot be built."""
        async with AsyncExitStack() as stack:
            bench = await self._bench(stack)
            failed = []
            for task in tasks:
                if not await self._is_right(task, bench):
                    failed.append(task)
                self._done += 1
                self._step(f"output {task.test.name}", self._done, self._total)
            return failed

    async def _bench(self, stack: AsyncExitStack) -> Bench:
        validation = self._package.problem.validation
        checkers = []
        for program in () if validation is None else validation.checkers:
            slot = await stack.enter_async_context(self._workshop.sandbox.slot(for_jury=True))
            limits = DEFAULT_VALIDATION_LIMITS if validation is None else validation.limits
            checkers.append(await make_ready(program, slot, self._package.files, self._workshop.jury, limits))
        return Bench(
            data=self._package.files, checkers=checkers, interactor=None, passes_max=1, output_file=""
        )

    async def _is_right(self, task: _Task, bench: Bench) -> bool:
        bytes_max = self._package.problem.limits.output_bytes
        with closing_fd(self._package.files.open(task.output)) as fd:
            output = read_at(fd, 0, bytes_max + 1)
        if len(output) > bytes_max:
            self._say(task, f"is more than the {bytes_max} bytes that a submission may print (limits.output)")
            return False
        run, outcome = as_run(task.test, 1, await check_answer(output, task.test, bench), near_limit=False)
        if run.verdict is Verdict.JE:
            self._notes.error(task.output, f"cannot be checked: {outcome.message}")
            return False
        if (run.verdict is Verdict.AC) is task.must_pass:
            return True
        why = run.judge_message or run.message
        if task.must_pass:
            self._say(task, "is not accepted by the output validator" + (f": {why}" if why else ""))
        else:
            self._say(task, "should be refused by the output validator, but is accepted")
        return False

    def _say(self, task: _Task, message: str) -> None:
        if task.is_promised:
            self._notes.error(task.output, message)
        else:
            self._notes.warn(task.output, f"{message}; that is well if it is no output")
