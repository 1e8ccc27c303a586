"""Processes to be killed, on the real SQLite store: `python -m tests.chaos.house …`

worker DIRECTORY NAME JUDGING_SECONDS    judges with a made-up judge until SIGTERM
submitter DIRECTORY COUNT                submits with the keys k0, k1, …; prints an id once it is accepted
"""

import asyncio
import json
import os
from pathlib import Path
import random
import secrets
import signal
import sys

from assay.adapters.local.clock import SystemClock, identities
from assay.adapters.local.doorbell import DoorbellButton, DoorbellListener
from assay.adapters.sql.jobs import SqlJobQueue
from assay.adapters.sql.problems import SqlProblemStore
from assay.adapters.sql.reading import SqlSubmissionReader
from assay.adapters.sql.sqlite import Database
from assay.adapters.sql.submissions import SqlSubmissionStore
from assay.adapters.sql.verdicts import SqlVerdictStore
from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.submission import Submission, SubmissionStatus
from assay.domain.verdict import Verdict
from assay.intake.ports import IdempotencyKey
from assay.judging.ports import Room
from assay.queue.ports import Lease
from assay.worker.job import Pace, Parts
from assay.worker.ports import Happening, Tell
from assay.worker.process import run_worker
from tests.contract.houses import NOON, judgement, problem, submission

PACE = Pace(
    slots=4,
    lease_seconds=1.0,
    heartbeat_seconds=0.3,
    poll_seconds=0.2,
    sweep_seconds=0.1,
    drain_seconds=1.0,
)
TESTS = 10
CALLERS = 8


def expected_verdict(submission_id: str) -> Verdict:
    """What the made-up judge says: it depends on the submission alone, as with a real one."""
    return Verdict.AC if int(submission_id.replace("-", ""), 16) % 2 else Verdict.WA


class MadeUpJudge:
    """Takes its time over ten tests."""

    def __init__(self, judging_seconds: float) -> None:
        self._judging_seconds = judging_seconds

    async def __call__(self, submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        await tell(Progress(status=SubmissionStatus.COMPILING))
        for test_case in range(1, TESTS + 1):
            await tell(Progress(status=SubmissionStatus.RUNNING, test_case=test_case, total=TESTS))
            await asyncio.sleep(self._judging_seconds / TESTS)
        lease = Lease(submission_id=submission.id, generation=1, token="", attempt=1)
        return judgement(lease, verdict=expected_verdict(submission.id)).decision


class PrintedJournal:
    """Lines of JSON on standard output, which the test reads."""

    def note(self, happening: Happening, *, submission_id: str | None, detail: str, count: int = 1) -> None:
        line = {"event": happening.value, "submission_id": submission_id, "detail": detail}
        print(json.dumps(line), flush=True)


async def record_problem(directory: Path) -> None:
    database = Database(directory / "assay.sqlite3")
    await SqlProblemStore(database).record(problem(), at=NOON)
    database.close()


async def work(directory: Path, name: str, judging_seconds: float) -> None:
    clock = SystemClock()
    database = Database(directory / "assay.sqlite3")
    listener = DoorbellListener(directory / "run", "jobs")
    events_bell = DoorbellButton(directory / "run", "events")
    parts = Parts(
        worker_id=name,
        queue=SqlJobQueue(database, bell=events_bell, clock=clock),
        submissions=SqlSubmissionReader(database),
        problems=SqlProblemStore(database),
        judge=MadeUpJudge(judging_seconds),
        verdicts=SqlVerdictStore(database, bell=events_bell, clock=clock),
        wakeups=listener,
        journal=PrintedJournal(),
        clock=clock,
        new_id=identities(clock, os.urandom),
        new_token=secrets.token_hex,
        chance=random.random,
        pace=PACE,
    )
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await run_worker(parts, stopping)
    listener.close()
    database.close()


async def submit_all(directory: Path, count: int) -> None:
    clock = SystemClock()
    database = Database(directory / "assay.sqlite3")
    store = SqlSubmissionStore(database)
    bell = DoorbellButton(directory / "run", "jobs")
    new_id = identities(clock, os.urandom)
    numbers = iter(range(count))

    async def call() -> None:
        for number in numbers:
            key = IdempotencyKey(tenant="t", value=f"k{number}", request_sha256="r")
            accepted = await store.record_and_enqueue(submission(new_id(), created_at=clock.now()), key=key)
            bell.ring()
            print(accepted.id, flush=True)

    await asyncio.gather(*(call() for _ in range(CALLERS)))
    database.close()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["worker", directory, name, judging_seconds]:
            asyncio.run(work(Path(directory), name, float(judging_seconds)))
        case ["submitter", directory, count]:
            asyncio.run(submit_all(Path(directory), int(count)))
        case _:
            sys.exit(__doc__)
