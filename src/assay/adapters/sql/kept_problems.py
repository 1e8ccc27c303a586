"""The problems used last, decoded."""

from collections import OrderedDict
import threading

from assay.domain.problem import Problem

PROBLEMS_KEPT_MAX = 32  # a contest has a dozen; a decoded problem is some dozen KiB, most of it statement

Key = tuple[str, str, int]
"""Problem, version, and the instant of its recording: name and statements may change within a version."""


class KeptProblems:
    """Of any thread."""

    def __init__(self) -> None:
        self._problems: OrderedDict[Key, Problem] = OrderedDict()
        self._turn = threading.Lock()

    def get(self, key: Key) -> Problem | None:
        with self._turn:
            if key in self._problems:
                self._problems.move_to_end(key)
            return self._problems.get(key)

    def keep(self, key: Key, problem: Problem) -> None:
        with self._turn:
            self._problems[key] = problem
            if len(self._problems) > PROBLEMS_KEPT_MAX:
                self._problems.popitem(last=False)
