"""Problems and their versions. A version's document is decoded once and kept while it stays the same."""

from collections.abc import Sequence
from datetime import datetime

from assay.adapters.postgres.pool import Connection, Postgres
from assay.adapters.sql.batches import Batches
from assay.adapters.sql.instants import to_row
from assay.adapters.sql.kept_problems import KeptProblems
from assay.domain.problem import Problem
from assay.problems.codec import decode_problem, encode_problem
from assay.problems.ports import ProblemSummary

BATCH_MAX = 256

_RECORD_VERSION = """
    INSERT INTO problem_versions AS known (problem_id, version, name, cpu_time_ms, memory_bytes, test_count,
                                           document, recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (problem_id, version) DO UPDATE
       SET name = excluded.name, document = excluded.document, recorded_at = excluded.recorded_at
     WHERE known.document <> excluded.document
"""

_MAKE_CURRENT = """
    INSERT INTO problems (id, version) VALUES ($1, $2)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version
"""

_CURRENT = """
    SELECT id, version, recorded_at
      FROM problems JOIN problem_versions AS v USING (version)
     WHERE id = ANY($1) AND v.problem_id = id
"""

_STAMP = "SELECT recorded_at FROM problem_versions WHERE problem_id = $1 AND version = $2"

_DOCUMENT = "SELECT document, recorded_at FROM problem_versions WHERE problem_id = $1 AND version = $2"

_PAGE = """
    SELECT id, name, problems.version, cpu_time_ms, memory_bytes, test_count
      FROM problems
      JOIN problem_versions ON problem_id = id AND problem_versions.version = problems.version
     WHERE id > $1
     ORDER BY id
     LIMIT $2
"""


class PostgresProblemStore:
    """The `ProblemStore` port."""

    def __init__(self, database: Postgres) -> None:
        self._database = database
        self._kept = KeptProblems()
        self._asked = Batches(self._current, size_max=BATCH_MAX)  # whoever submits asks

    async def record(self, problem: Problem, *, at: datetime) -> None:
        version = (
            problem.id,
            problem.version,
            problem.name,
            problem.limits.cpu_time_ms,
            problem.limits.memory_bytes,
            len(problem.tests),
            encode_problem(problem),
            to_row(at),
        )

        async def write(connection: Connection) -> None:
            await connection.execute(_RECORD_VERSION, *version)
            await connection.execute(_MAKE_CURRENT, problem.id, problem.version)

        await self._database.transaction(write, is_repeatable=True)

    async def current(self, problem_id: str) -> Problem | None:
        return await self._asked.one(problem_id)

    async def version(self, problem_id: str, version: str) -> Problem | None:
        row = await self._database.fetchrow(_STAMP, problem_id, version)
        return None if row is None else await self._read(problem_id, version, row["recorded_at"])

    async def page(self, *, after: str | None, limit: int) -> tuple[list[ProblemSummary], str | None]:
        rows = await self._database.fetch(_PAGE, after or "", limit + 1)
        summaries = [ProblemSummary(**dict(row)) for row in rows[:limit]]
        return summaries, summaries[-1].id if len(rows) > limit else None

    async def _current(self, problem_ids: Sequence[str]) -> Sequence[Problem | None]:
        rows = await self._database.fetch(_CURRENT, list(set(problem_ids)))
        found = {row["id"]: await self._read(row["id"], row["version"], row["recorded_at"]) for row in rows}
        return [found.get(problem_id) for problem_id in problem_ids]

    async def _read(self, problem_id: str, version: str, recorded_at: int) -> Problem | None:
        problem = self._kept.get((problem_id, version, recorded_at))
        if problem is None:
            row = await self._database.fetchrow(_DOCUMENT, problem_id, version)
            if row is None:
                return None
            problem = decode_problem(row["document"])
            self._kept.keep((problem_id, version, row["recorded_at"]), problem)
        return problem
