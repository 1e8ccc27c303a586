"""Problems in memory."""

from datetime import datetime

from assay.domain.problem import Problem
from assay.problems.ports import ProblemSummary


class MemoryProblemStore:
    """The `ProblemStore` port."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], Problem] = {}
        self._current: dict[str, str] = {}

    async def record(self, problem: Problem, *, at: datetime) -> None:
        self._versions[problem.id, problem.version] = problem
        self._current[problem.id] = problem.version

    async def current(self, problem_id: str) -> Problem | None:
        version = self._current.get(problem_id)
        return None if version is None else self._versions[problem_id, version]

    async def version(self, problem_id: str, version: str) -> Problem | None:
        return self._versions.get((problem_id, version))

    async def page(self, *, after: str | None, limit: int) -> tuple[list[ProblemSummary], str | None]:
        ids = sorted(problem_id for problem_id in self._current if problem_id > (after or ""))
        problems = [self._versions[problem_id, self._current[problem_id]] for problem_id in ids[:limit]]
        summaries = [
            ProblemSummary(
                id=problem.id,
                name=problem.name,
                version=problem.version,
                cpu_time_ms=problem.limits.cpu_time_ms,
                memory_bytes=problem.limits.memory_bytes,
                test_count=len(problem.tests),
            )
            for problem in problems
        ]
        return summaries, summaries[-1].id if len(ids) > limit else None
