"""A whole HTTP door on the in-memory adapters, and a judge that does what a test says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
import itertools
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from assay.adapters.memory.blobs import MemoryBlobStore
from assay.adapters.memory.custom_runs import MemoryCustomRuns
from assay.adapters.memory.doorbell import MemoryDoorbell
from assay.adapters.memory.evidence import MemoryEvidenceLog
from assay.adapters.memory.feed import MemoryEventFeed
from assay.adapters.memory.problems import MemoryProblemStore
from assay.adapters.memory.queue import MemoryJobQueue
from assay.adapters.memory.scores import MemoryScoreStore
from assay.adapters.memory.store import MemoryStore
from assay.api.app import create_app
from assay.api.limits import Capacity
from assay.api.services import Services
from assay.domain.dependency import Dependency
from assay.domain.events import Progress
from assay.domain.identity import RANDOM_BYTES, uuid7
from assay.domain.judgement import Decision, Evidence, Judgement, Run
from assay.domain.language import Language
from assay.domain.limits import Limits
from assay.domain.problem import OutputComparison, Problem, Statement, StatementFormat, TestCase
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict
from assay.intake.admission import Admission, bounds
from assay.intake.custom_runs import RunDesk
from assay.intake.in_flight import KeysInFlight
from assay.intake.submit import Intake
from assay.languages.catalogue import load_catalogue
from assay.queue.ports import Lease

NOT_INSTALLED = "rust"
LEASE_SECONDS = 3600.0


class SteadyClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 21, 12, tzinfo=UTC)


def counted_ids() -> Any:
    counter = itertools.count(1)
    return lambda: uuid7(SteadyClock().now(), next(counter).to_bytes(RANDOM_BYTES))


@dataclass
class Door:
    """The application, and what stands behind it for a test to look at or to move."""

    upload_dir: Path
    capacity: Capacity
    allowed_hosts: frozenset[str] = frozenset()
    store: MemoryStore = field(init=False)
    problems: MemoryProblemStore = field(init=False)
    blobs: MemoryBlobStore = field(init=False)
    dependencies: list[Dependency] = field(init=False, default_factory=list)
    evidence: MemoryEvidenceLog = field(init=False)
    scores: MemoryScoreStore = field(init=False)
    services: Services = field(init=False)
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        clock = SteadyClock()
        languages = load_catalogue()
        self.new_id = counted_ids()
        self.store = MemoryStore(clock=clock)
        self.evidence = MemoryEvidenceLog(log="in memory", clock=clock)
        self.scores = MemoryScoreStore(self.store, self.evidence, clock=clock)
        self.queue = MemoryJobQueue(self.store, clock=clock)
        self.problems = MemoryProblemStore()
        self.blobs = MemoryBlobStore()
        self.doorbell = MemoryDoorbell()
        self.run_bell, self.outcome_bell = MemoryDoorbell(), MemoryDoorbell()
        self.runs = MemoryCustomRuns(bell=self.outcome_bell, clock=clock)
        self.admission = Admission(bounds(practice_depth_max=3, practice_age_seconds_max=60), clock=clock)
        intake = Intake(
            store=self.store,
            problems=self.problems,
            languages=languages,
            is_available=_is_available,
            doorbell=self.doorbell,
            in_flight=KeysInFlight(),
            admission=self.admission,
            clock=clock,
            new_id=self.new_id,
        )
        self.services = Services(
            intake=intake,
            runs=RunDesk(intake=intake, store=self.runs, doorbell=self.run_bell, wakeups=self.outcome_bell),
            reader=self.store,
            feed=MemoryEventFeed(self.store),
            problems=self.problems,
            blobs=self.blobs,
            languages=languages,
            is_available=_is_available,
            clock=clock,
            upload_dir=self.upload_dir,
            capacity=self.capacity,
            dependencies=self._dependencies,
            scores=self.scores,
            evidence=self.evidence,
        )
        self.app = create_app(self.services, own_host="assay.test", allowed_hosts=self.allowed_hosts)

    async def _dependencies(self) -> list[Dependency]:
        return self.dependencies

    async def add_problem(
        self, problem_id: str = "sum", *, name: str = "Sum of two", tests: int = 3
    ) -> Problem:
        given, wanted = self.blobs.put(b"1 2\n"), self.blobs.put(b"3\n")
        problem = Problem(
            id=problem_id,
            version="a" * 64,
            name=name,
            limits=some_limits(),
            tests=tuple(
                TestCase(
                    name=f"sample/{ordinal}" if ordinal == 1 else f"secret/{ordinal}",
                    input=given,
                    answer=wanted,
                    is_sample=ordinal == 1,
                    comparison=OutputComparison(),
                )
                for ordinal in range(1, tests + 1)
            ),
            statements=(
                Statement(
                    language="en",
                    format=StatementFormat.MARKDOWN,
                    text="# Sum\n\nRead two numbers & print <b>their sum</b>: $a + b$.\n",
                ),
            ),
        )
        await self.problems.record(problem, at=SteadyClock().now())
        return problem

    async def lease(self) -> Lease:
        """Take the oldest waiting job."""
        [lease] = await self.queue.claim(
            worker_id="w", token=self.new_id(), limit=1, lease_seconds=LEASE_SECONDS
        )
        return lease

    async def step(
        self, lease: Lease, status: SubmissionStatus, test_case: int | None = None, total: int = 3
    ) -> None:
        progress = Progress(status=status, test_case=test_case, total=None if test_case is None else total)
        assert await self.store.progress(lease, progress)

    async def finish(
        self, lease: Lease, verdicts: Sequence[Verdict], *, total: int = 3, compile_output: str = ""
    ) -> Judgement:
        """Decide with one run a verdict; without runs it did not compile."""
        return await self.record(lease, decision_of(verdicts, total=total, compile_output=compile_output))

    async def record(self, lease: Lease, decision: Decision) -> Judgement:
        """Record a decision as the lease's submission was to be judged."""
        state = await self.store.submission(lease.submission_id)
        assert state is not None
        judgement = Judgement(
            id=self.new_id(),
            submission_id=lease.submission_id,
            generation=lease.generation,
            decision=decision,
            started_at=SteadyClock().now(),
            ended_at=SteadyClock().now(),
            all_tests=state.submission.all_tests,
        )
        assert await self.store.finish(lease, judgement)
        return judgement

    async def judge(self, verdicts: Sequence[Verdict] = (Verdict.AC,) * 3, *, total: int = 3) -> Judgement:
        """The whole way of the oldest waiting submission."""
        lease = await self.lease()
        await self.step(lease, SubmissionStatus.COMPILING)
        for ordinal in range(1, len(verdicts) + 1):
            await self.step(lease, SubmissionStatus.RUNNING, ordinal, total)
        return await self.finish(lease, verdicts, total=total)


def decision_of(verdicts: Sequence[Verdict], *, total: int, compile_output: str) -> Decision:
    return Decision(
        verdict=Verdict.CE if not verdicts else verdicts[-1],
        runs=tuple(
            Run(
                ordinal=ordinal,
                test_name=f"secret/{ordinal:02}",
                verdict=verdict,
                cpu_time_ms=10 * ordinal,
                wall_time_ms=11 * ordinal,
                memory_bytes=ordinal << 20,
                exit_code=None if verdict is Verdict.RTE else 0,
                signal=11 if verdict is Verdict.RTE else None,
                message="",
            )
            for ordinal, verdict in enumerate(verdicts, start=1)
        ),
        test_count=total,
        compile_output=compile_output,
        message="",
        evidence=Evidence(
            source_sha256="b" * 64,
            problem_version="a" * 64,
            language_version="Python 3.11.2",
            limits=vars(some_limits()),
            sandbox="cell 1",
            host_class="x86_64",
        ),
    )


def some_limits() -> Limits:
    return Limits(
        cpu_time_ms=1000,
        memory_bytes=256 << 20,
        output_bytes=8 << 20,
        source_bytes=64 << 10,
        compile_time_ms=10_000,
        compile_memory_bytes=1 << 30,
    )


def _is_available(language: Language) -> bool:
    return language.id != NOT_INSTALLED
