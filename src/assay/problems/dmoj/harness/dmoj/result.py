"""What a checker or grader says about a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .problem import TestCase


class CheckerResult:
    """Whether the output is right, and how many of the test's points it gets."""

    def __init__(
        self,
        passed: bool,
        points: float,
        feedback: str | None = None,
        extended_feedback: str | None = None,
    ) -> None:
        if not isinstance(passed, bool):
            raise TypeError(f"passed must be True or False, not {passed!r}")
        if isinstance(points, bool) or not isinstance(points, int | float):
            raise TypeError(f"points must be a number, not {points!r}")
        self.passed = passed
        self.points = points
        self.feedback = feedback
        self.extended_feedback = extended_feedback


class Result:
    """A test's result as graders write it: a mask of flags, points and words."""

    AC = 0
    WA = 1 << 0
    RTE = 1 << 1
    TLE = 1 << 2
    MLE = 1 << 3
    IR = 1 << 4
    SC = 1 << 5
    OLE = 1 << 6
    IE = 1 << 30

    def __init__(
        self,
        case: TestCase,
        result_flag: int = 0,
        *,
        execution_time: float = 0,
        wall_clock_time: float = 0,
        max_memory: int = 0,
        proc_output: bytes = b"",
        feedback: str = "",
        extended_feedback: str = "",
        points: float = 0,
    ) -> None:
        self.case = case
        self.result_flag = result_flag
        self.execution_time = execution_time
        self.wall_clock_time = wall_clock_time
        self.max_memory = max_memory
        self.proc_output = proc_output
        self.feedback = feedback
        self.extended_feedback = extended_feedback
        self.points = points

    @property
    def total_points(self) -> float:
        return self.case.points
