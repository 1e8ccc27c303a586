"""The grader that gives the input, takes the output and asks a checker."""

from __future__ import annotations

from ..checkers import standard
from ..problem import TestCase
from ..process import Process
from ..result import CheckerResult, Result
from .base import BaseGrader

CheckerOutput = bool | CheckerResult


class StandardGrader(BaseGrader):
    """`grade`, `check_result` and what they call may be overridden, as on DMOJ."""

    def grade(self, case: TestCase) -> Result:
        result = Result(case)
        self._launch_process(case)
        error = self._interact_with_process(case, result)
        self.populate_result(error, result, self._current_proc)
        check = self.check_result(case, result)
        if not isinstance(check, CheckerResult):
            check = CheckerResult(bool(check), case.points if check else 0.0)
        if not check.passed:
            result.result_flag |= Result.WA
        result.points = check.points
        result.feedback = check.feedback or result.feedback
        result.extended_feedback = check.extended_feedback or result.extended_feedback
        return result

    def populate_result(self, error: bytes, result: Result, process: Process) -> None:
        self.binary.populate_result(error, result, process)

    def check_result(self, case: TestCase, result: Result) -> CheckerOutput:
        return standard.check(result.proc_output, case.output_data())

    def _launch_process(self, case: TestCase, input_file: object = None) -> None:
        self._current_proc = self.binary.launch()

    def _interact_with_process(self, case: TestCase, result: Result) -> bytes:
        result.proc_output, error = self._current_proc.communicate(case.input_data())
        return error
