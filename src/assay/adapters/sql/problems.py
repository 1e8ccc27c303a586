"""Problems and their versions. A version's document is decoded once and kept while it stays the same."""

from collections.abc import Sequence
from datetime import datetime

from assay.adapters.sql.batches import Batches
from assay.adapters.sql.instants import to_row
from assay.adapters.sql.kept_problems import KeptProblems
from assay.adapters.sql.sqlite import Connection, Database
from assay.domain.problem import Problem
from assay.problems.codec import decode_problem, encode_problem
from assay.problems.ports import ProblemSummary

BATCH_MAX = 256

_RECORD_VERSION = """
    INSERT INTO problem_versions (problem_id, version, name, cpu_time_ms, memory_bytes, test_count, document,
                                  recorded_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (problem_id, version) DO UPDATE
       SET name = excluded.name, document = excluded.document, recorded_at = excluded.recorded_at
     WHERE document <> excluded.document
"""

_MAKE_CURRENT = """
    INSERT INTO problems (id, version) VALUES (?, ?)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version
"""

_CURRENT = "SELECT version FROM problems WHERE id = ?"

_STAMP = "SELECT recorded_at FROM problem_versions WHERE problem_id = ? AND version = ?"

_DOCUMENT = "SELECT document FROM problem_versions WHERE problem_id = ? AND version = ?"

_PAGE = """
    SELECT id, name, problems.version, cpu_time_ms, memory_bytes, test_count
      FROM problems
      JOIN problem_versions ON problem_id = id AND problem_versions.version = problems.version
     WHERE id > ?
     ORDER BY id
     LIMIT ?
"""


class SqlProblemStore:
    """The `ProblemStore` port."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept = KeptProblems()
        self._asked = Batches(self._current, size_max=BATCH_MAX)  # whoever submits asks

    async def record(self, problem: Problem, *, at: datetime) -> None:
        document = encode_problem(problem)

        def write(connection: Connection) -> None:
            connection.execute(
                _RECORD_VERSION,
                (
                    problem.id,
                    problem.version,
                    problem.name,
                    problem.limits.cpu_time_ms,
                    problem.limits.memory_bytes,
                    len(problem.tests),
                    document,
                    to_row(at),
                ),
            )
            connection.execute(_MAKE_CURRENT, (problem.id, problem.version))

        await self._database.write(write)

    async def current(self, problem_id: str) -> Problem | None:
        return await self._asked.one(problem_id)

    async def version(self, problem_id: str, version: str) -> Problem | None:
        return await self._database.read(lambda connection: self._read(connection, problem_id, version))

    async def page(self, *, after: str | None, limit: int) -> tuple[list[ProblemSummary], str | None]:
        rows = await self._database.read(
            lambda connection: connection.execute(_PAGE, (after or "", limit + 1)).fetchall()
        )
        summaries = [
            ProblemSummary(
                id=problem_id,
                name=name,
                version=version,
                cpu_time_ms=cpu_time_ms,
                memory_bytes=memory_bytes,
                test_count=test_count,
            )
            for problem_id, name, version, cpu_time_ms, memory_bytes, test_count in rows[:limit]
        ]
        return summaries, summaries[-1].id if len(rows) > limit else None

    async def _current(self, problem_ids: Sequence[str]) -> Sequence[Problem | None]:
        def query(connection: Connection) -> dict[str, Problem | None]:
            return {problem_id: read(connection, problem_id) for problem_id in set(problem_ids)}

        def read(connection: Connection, problem_id: str) -> Problem | None:
            row = connection.execute(_CURRENT, (problem_id,)).fetchone()
            return None if row is None else self._read(connection, problem_id, row[0])

        found = await self._database.read(query)
        return [found[problem_id] for problem_id in problem_ids]

    def _read(self, connection: Connection, problem_id: str, version: str) -> Problem | None:
        row = connection.execute(_STAMP, (problem_id, version)).fetchone()
        if row is None:
            return None
        key = (problem_id, version, row[0])
        problem = self._kept.get(key)
        if problem is None:
            ((document,),) = connection.execute(_DOCUMENT, (problem_id, version)).fetchall()
            problem = decode_problem(document)
            self._kept.keep(key, problem)
        return problem
