"""What all graders have: the problem, and the submission as a process to talk with."""

from __future__ import annotations

from ..problem import Problem, TestCase
from ..process import Binary
from ..result import Result


class BaseGrader:
    """One test's grader. The submission is started once, by whoever runs this; `binary` stands for it."""

    def __init__(self, judge: object, problem: Problem, language: str, source: bytes) -> None:
        self.judge = judge
        self.problem = problem
        self.language = language
        self.source = source
        self.binary = Binary()
        self._current_proc = self.binary.process

    def grade(self, case: TestCase) -> Result:
        raise NotImplementedError
