"""A database that may go back to an earlier point, and processes that work on it."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from assay.adapters.sql.archiving import note
from assay.adapters.sql.history import SqlHistory
from assay.adapters.sql.scripts import Script, Scripts
from assay.domain.acceptance import Acceptance
from assay.operate.history.ports import Break, Cause
from assay.operate.history.watch import Voices, Watch
from tests.contract.backup.places import identity
from tests.contract.houses import NOON, StillClock

_SUBMIT = """
    INSERT INTO submissions (id, problem_id, problem_version, language_id, created_at, status, last_seq, mode)
    VALUES (:id, 'sum', 'v1', 'c', :at, 'queued', 1, 'lazy')
"""
_BEGIN = """
    INSERT INTO timelines (number, began_at, cause, host, kept_id, kept_at)
    SELECT CAST(:number AS bigint), CAST(:at AS bigint), 'restored', 'h', id, created_at FROM submissions
"""
_PROBLEM = """
    INSERT INTO problem_versions (problem_id, version, name, cpu_time_ms, memory_bytes, test_count, document,
                                  recorded_at)
    VALUES ('sum', 'v1', 'Sum', 1, 1, 1, '{}', 1)
"""


def accepted(number: int) -> Acceptance:
    return Acceptance(id=identity(number), at=NOON + timedelta(milliseconds=number))


@dataclass(kw_only=True)
class Installation:
    """A database with what is accepted in it, which may go back."""

    scripts: Scripts
    history: SqlHistory

    async def found(self) -> None:
        await self.run(_PROBLEM)

    async def accept(self, *numbers: int) -> None:
        def script() -> Script[None]:
            for number in numbers:
                at = round(accepted(number).at.timestamp() * 1_000_000)
                yield _SUBMIT, {"id": identity(number), "at": at}

        await self.scripts.run(script)

    async def go_back(self, to: int, *, timeline: int = 1) -> None:
        """As a restore does: what came after is not there, and nothing says that it was."""

        def script() -> Script[None]:
            yield "DELETE FROM submissions WHERE id > :id", {"id": identity(to)}
            yield "DELETE FROM timelines WHERE number > :number", {"number": timeline}
            yield "UPDATE installation SET timeline = :number", {"number": timeline}

        await self.scripts.run(script)

    async def forget(self, comparison: str, number: int) -> None:
        await self.run(f"DELETE FROM submissions WHERE id {comparison} '{identity(number)}'")  # noqa: S608

    async def archive(self, number: int) -> None:
        """What came before this one may be gone."""
        await self.scripts.run(lambda: note(accepted(number).at))

    async def begin_restored(self, timeline: int) -> None:
        """As adapters/sql/tables.py does."""

        def script() -> Script[None]:
            yield "UPDATE installation SET timeline = :number", {"number": timeline}
            yield _BEGIN, {"number": timeline, "at": round(NOON.timestamp() * 1_000_000)}

        await self.scripts.run(script)

    async def run(self, statement: str) -> None:
        def script() -> Script[None]:
            yield statement, {}

        await self.scripts.run(script)


class Process:
    """One with doors, on a data folder."""

    def __init__(self, installation: Installation, folder: Path, *, name: str = "doors") -> None:
        self.told: list[Break] = []
        self.foreign: list[tuple[str, str]] = []
        self.unwritten: list[OSError] = []
        folder.mkdir(exist_ok=True)
        voices = Voices(
            broken=self.told.append,
            foreign=lambda before, now: self.foreign.append((before, now)),
            unwritten=self.unwritten.append,
        )
        self.watch = Watch(
            installation.history,
            folder=folder / "witness",
            name=name,
            host="h",
            clock=StillClock(),
            voices=voices,
        )


def the_break(timeline: int, *, kept: int | None, missing: int | None, cause: Cause = Cause.FOUND) -> Break:
    return Break(
        timeline=timeline,
        began_at=NOON,
        cause=cause,
        host="h",
        kept=None if kept is None else accepted(kept),
        missing=None if missing is None else accepted(missing),
    )
