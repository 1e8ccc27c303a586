"""The stores to be measured, each as durable as in production: synced at every commit."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
import tempfile

from assay.adapters.local.clock import SystemClock
from assay.domain.judgement import Decision, Evidence, Judgement, Run
from assay.domain.submission import SourceFile, Submission
from assay.domain.verdict import Verdict
from assay.queue.ports import Lease
from assay.settings import read_settings
from assay.wiring.backend import Backend
from assay.wiring.backends import open_backend
from tests.contract.houses import problem
from tests.engines.postgres import running_postgres

RUNS = 1
SOURCE = b"print(sum(map(int, input().split())))\n" * 10


@contextmanager
def store(kind: str) -> Iterator[tuple[Path, str, int | None]]:
    """A data folder, the URL of an empty database on this machine's disk, and the pid of its server."""
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        if kind == "sqlite":
            yield Path(folder), f"sqlite://{folder}/assay.sqlite3", None
            return
        with running_postgres(fsync=True) as server:
            yield Path(folder), server.create_database("assay"), server.pid


@asynccontextmanager
async def opened(folder: Path, url: str) -> AsyncIterator[Backend]:
    async with AsyncExitStack() as stack:
        settings = read_settings({}, data_dir=folder, database_url=url)
        backend = await stack.enter_async_context(open_backend(settings, SystemClock()))
        await backend.problems.record(problem(), at=datetime.now(UTC))
        yield backend


def some_submission(name: str, *, user_id: str) -> Submission:
    return Submission(
        id=name,
        problem_id="sum",
        problem_version="v1",
        language_id="python3",
        files=(SourceFile(name="main.py", content=SOURCE),),
        user_id=user_id,
        tenant=None,
        created_at=datetime.now(UTC),
    )


def some_judgement(lease: Lease) -> Judgement:
    """Of a submission that nobody judged: one run, so that all tables are written."""
    now = datetime.now(UTC)
    runs = tuple(
        Run(
            ordinal=number,
            test_name=f"secret/{number}",
            verdict=Verdict.AC,
            cpu_time_ms=10,
            wall_time_ms=12,
            memory_bytes=1 << 20,
            exit_code=0,
            signal=None,
            message="",
        )
        for number in range(1, RUNS + 1)
    )
    return Judgement(
        id=f"j-{lease.submission_id}",
        submission_id=lease.submission_id,
        generation=lease.generation,
        decision=Decision(
            verdict=Verdict.AC,
            runs=runs,
            test_count=RUNS,
            compile_output="",
            message="",
            evidence=Evidence(
                source_sha256="ab" * 32,
                problem_version="v1",
                language_version="Python 3.11",
                limits={"cpu_time_ms": 1000},
                sandbox="cell",
                host_class="x86-64",
            ),
        ),
        started_at=now,
        ended_at=now,
    )
