"""A log of evidence and a store of scores beside the other ports of a house, on each backend."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from assay.adapters.memory.erasure import MemoryPersonalRows
from assay.adapters.memory.evidence import MemoryEvidenceLog
from assay.adapters.memory.scores import MemoryScoreStore
from assay.adapters.memory.store import MemoryStore
from assay.adapters.postgres.pool import open_pool
from assay.adapters.postgres.scripts import PostgresScripts
from assay.adapters.sql.erasure import SqlPersonalRows
from assay.adapters.sql.evidence import SqlEvidenceLog
from assay.adapters.sql.scores import SqlScoreStore
from assay.adapters.sql.scripts import Scripts, SqliteScripts
from assay.adapters.sql.sqlite import Database
from assay.assessments.erasure import PersonalRows
from assay.assessments.evidence.canonical import canonical, digest
from assay.assessments.evidence.ports import EvidenceLog
from assay.assessments.evidence.sealing import Desk, seal
from assay.assessments.evidence.signing import KeySigner, new_signer
from assay.assessments.ports import NewScore, ScoreStore, ScoringLease
from assay.domain.evidence import SALT_BYTES, Candidate, Part, idempotency_key, job_name
from assay.domain.lane import Lane
from assay.domain.submission import SourceFile, source_digest
from assay.domain.verdict import Verdict
from assay.queue.ports import Place
from tests.contract.houses import House, StillClock, in_memory, judgement, on_postgresql, on_sqlite, problem

ASSESSMENT = Place(lane=Lane.ASSESSMENT)
LEASE_SECONDS = 30.0
FIRST_TOKEN = "k1"
FILES = (SourceFile(name="main.c", content=b"int main(void) { return 0; }\n"),)


@dataclass(kw_only=True)
class Registry:
    """The ports under test; `house` has the submissions."""

    house: House
    log: EvidenceLog
    scores: ScoreStore
    rows: PersonalRows
    signer: KeySigner = field(default_factory=new_signer)
    _numbers: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    @property
    def clock(self) -> StillClock:
        return self.house.clock

    @property
    def desk(self) -> Desk:
        return Desk(
            log=self.log,
            signer=self.signer,
            clock=self.clock,
            new_id=lambda: f"e{self._numbers()}",
            random_bytes=lambda size: bytes([self._numbers() % 256]) * size,
        )

    def follow(self, before: "Registry") -> None:
        """Go on where another one stopped: with its key and its time, and with new identities."""
        self.signer = before.signer
        self.clock.instant = before.clock.now()
        self._numbers = before._numbers

    async def judged(
        self,
        submission_id: str = "s1",
        *,
        user_id: str | None = "u1",
        place: Place = ASSESSMENT,
    ) -> None:
        """Have a submission judged."""
        await self.house.submit(submission_id, place=place, user_id=user_id)
        (lease,) = await self.house.claim(token=f"judging {submission_id}")
        made = judgement(lease, f"j-{submission_id}", Verdict.WA)
        assert await self.house.verdicts.finish(lease, made)

    async def claim(self, token: str = FIRST_TOKEN, *, limit: int = 10) -> list[ScoringLease]:
        return await self.scores.claim(token=token, limit=limit, lease_seconds=LEASE_SECONDS)

    async def sealed(
        self, lease: ScoringLease, *, user_id: str | None = "u1", total: float = 71.5
    ) -> NewScore:
        """A score as it would be recorded under a lease, also one that is lost by now."""
        candidate = Candidate(tenant=None, user_id=user_id, submission_id=lease.submission_id)
        job = job_name(submission_id=lease.submission_id, generation=lease.generation)
        key = idempotency_key(job=job, candidate=candidate)
        score = {"total": total}
        fresh = self.desk.random_bytes(SALT_BYTES)
        salt = await self.scores.person_salt(lease, candidate.person, fresh=fresh) or fresh
        made = parts(candidate, job=job, key=key, score=score)
        sealed = await seal(made, self.desk, person_salt=salt)
        return NewScore(
            key=key,
            document=canonical(score),
            person=candidate.person,
            person_salt=salt,
            entry=sealed.entry,
            parts=sealed.parts,
        )

    async def scored(self, submission_id: str, *, user_id: str | None = "u1") -> None:
        """Have a submission judged and scored."""
        await self.judged(submission_id, user_id=user_id)
        (lease,) = await self.claim(token=f"scoring {submission_id}")
        recorded = await self.scores.record(
            lease, await self.sealed(lease, user_id=user_id), signer=self.signer
        )
        assert recorded is not None


def parts(candidate: Candidate, *, job: str, key: str, score: object) -> dict[Part, object]:
    """One of each, small and consistent."""
    rubric = {"id": "default", "version": 1}
    return {
        **{part: {"of": part.value} for part in Part},
        Part.CANDIDATE: {
            "tenant": candidate.tenant,
            "user_id": candidate.user_id,
            "submission_id": candidate.submission_id,
            "job": job,
            "idempotency_key": key,
        },
        Part.SOURCE: {
            "files": [{"name": "main.c", "content": "aW50IG1haW4odm9pZCkgeyByZXR1cm4gMDsgfQo="}],
            "sha256": source_digest(FILES),
        },
        Part.RUBRIC: {"rubric": rubric, "sha256": f"sha256:{digest(rubric)}", "role": "generalist"},
        Part.SCORE: score,
    }


@asynccontextmanager
async def memory_registry(*, name: str = "in memory") -> AsyncIterator[Registry]:
    """`name`: the log's."""
    async with in_memory() as house:
        assert isinstance(house.store, MemoryStore)
        await house.problems.record(problem(), at=house.clock.now())
        log = MemoryEvidenceLog(log=name, clock=house.clock)
        yield Registry(
            house=house,
            log=log,
            scores=MemoryScoreStore(house.store, log, clock=house.clock),
            rows=MemoryPersonalRows(house.store, log),
        )


@asynccontextmanager
async def sqlite_registry(folder: Path, schema: Path) -> AsyncIterator[Registry]:
    async with on_sqlite(folder, schema) as house:
        database = Database(folder / "assay.sqlite3")
        try:
            await house.problems.record(problem(), at=house.clock.now())
            yield _on(SqliteScripts(database), house)
        finally:
            database.close()


@asynccontextmanager
async def postgresql_registry(url: str) -> AsyncIterator[Registry]:
    async with on_postgresql(url) as house, open_pool(url) as database:
        await house.problems.record(problem(), at=house.clock.now())
        yield _on(PostgresScripts(database), house)


def _on(scripts: Scripts, house: House) -> Registry:
    return Registry(
        house=house,
        log=SqlEvidenceLog(scripts, clock=house.clock),
        scores=SqlScoreStore(scripts, clock=house.clock),
        rows=SqlPersonalRows(scripts),
    )
