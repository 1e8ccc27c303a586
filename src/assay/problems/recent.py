"""Versions of problems for those who judge one submission after the other."""

import asyncio
from collections import OrderedDict

from assay.domain.problem import Problem
from assay.problems.ports import ProblemStore

FRESH_SECONDS = 1.0
KEPT_MAX = 32  # a contest has a dozen


class RecentVersions:
    """The worker's `Problems` port. Of one event loop.

    All that a verdict depends on stays the same within a version. The rest, such as what is shown of a test,
    may be replaced there, and is as it was a second ago at the latest.
    """

    def __init__(self, store: ProblemStore, *, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._store = store
        self._fresh_seconds = fresh_seconds
        self._read: OrderedDict[tuple[str, str], tuple[Problem, float]] = OrderedDict()

    async def version(self, problem_id: str, version: str) -> Problem | None:
        key = (problem_id, version)
        now = asyncio.get_running_loop().time()
        if key in self._read:
            problem, read_at = self._read[key]
            if now - read_at < self._fresh_seconds:
                return problem
            del self._read[key]
        found = await self._store.version(problem_id, version)
        if found is not None:
            self._read[key] = (found, now)
            if len(self._read) > KEPT_MAX:
                self._read.popitem(last=False)
        return found
