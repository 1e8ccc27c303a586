"""A worker on whatever database the settings name, with a made-up judge: `python -m tests.chaos.host_worker`

What it judges says in its first line what it is to be (kinds.py).

What the verdict is, its text says, and the first line of the problem's test data where these are in a bucket.
"""

import asyncio
from contextlib import AsyncExitStack
from hashlib import sha256
import os
import secrets
import signal

from assay import __version__
from assay.adapters.local.broker_journal import LogBrokerJournal
from assay.adapters.local.clock import SystemClock, identities
from assay.cli.loops import run
from assay.crash_points import arm
from assay.domain.clock import Clock
from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.submission import Submission, SubmissionStatus
from assay.domain.verdict import Verdict
from assay.judging.ports import Room
from assay.problems.recent import RecentVersions
from assay.queue.desk import QueueDesk
from assay.queue.ports import Lease
from assay.queue.workers import WorkerCard
from assay.settings import read_settings
from assay.wiring.backends import open_backend
from assay.wiring.blobs import TestData, open_test_data
from assay.wiring.broker import open_queue
from assay.worker.fleet import Membership
from assay.worker.job import Pace, Parts
from assay.worker.ports import Tell
from assay.worker.process import run_worker
from tests.chaos.arming import listen_for_plans
from tests.chaos.host_scoring import scoring
from tests.chaos.house import PrintedJournal
from tests.chaos.kinds import kind_of
from tests.contract.houses import judgement

SLOTS = 2
TESTS = 5
PLAIN_SECONDS = 0.05
SLOW_SECONDS = 1.0
ON_PURPOSE = "failed on purpose"


class JudgeByTheFirstLine:
    """`data`: None: test data are left alone, for there are none."""

    def __init__(self, desk: QueueDesk, data: TestData | None) -> None:
        self._desk = desk
        self._data = data

    async def __call__(self, submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        content = submission.files[0].content
        kind = kind_of(content)
        await tell(Progress(status=SubmissionStatus.COMPILING))
        seconds = SLOW_SECONDS if kind == "slow" else PLAIN_SECONDS
        for test_case in range(1, TESTS + 1):
            await tell(Progress(status=SubmissionStatus.RUNNING, test_case=test_case, total=TESTS))
            await asyncio.sleep(seconds / TESTS)
        if kind == "poison" or (kind == "fault" and not await self._has_failed(submission)):
            raise RuntimeError(ON_PURPOSE)
        said = sha256(content + await self._test_data(problem)).digest()
        verdict = Verdict.AC if said[0] % 2 else Verdict.WA
        lease = Lease(submission_id=submission.id, generation=1, token="", attempt=1)
        return judgement(lease, verdict=verdict).decision

    async def _test_data(self, problem: Problem) -> bytes:
        if self._data is None:
            return b""
        async with self._data.of(problem) as blobs:
            return _first_line(blobs.open(problem.tests[0].input))

    async def _has_failed(self, submission: Submission) -> bool:
        return any(ON_PURPOSE in fault.cause for fault in await self._desk.faults(submission.id))


async def work() -> None:
    settings = read_settings(os.environ)
    arm(settings.crash_plan)
    listen_for_plans()
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    worker_id = f"worker:{os.getpid()}"
    async with AsyncExitStack() as stack:
        backend = await stack.enter_async_context(open_backend(settings, SystemClock()))
        clock = backend.clock
        queue = await stack.enter_async_context(open_queue(settings, backend, clock, LogBrokerJournal()))
        data = None if settings.s3 is None else stack.enter_context(open_test_data(settings))
        verdicts = await stack.enter_async_context(scoring(settings, backend, worker_id))
        parts = Parts(
            worker_id=worker_id,
            queue=queue.jobs,
            submissions=backend.reader,
            problems=RecentVersions(backend.problems),
            judge=JudgeByTheFirstLine(backend.desk, data),
            verdicts=verdicts,
            wakeups=queue.wakeups,
            share=queue.share,
            journal=PrintedJournal(),
            clock=clock,
            new_id=identities(clock, os.urandom),
            new_token=secrets.token_hex,
            chance=lambda: 0.0,  # a fault is tried again at once
            pace=Pace(
                slots=SLOTS,
                lease_seconds=settings.lease_seconds,
                heartbeat_seconds=settings.heartbeat_seconds,
                poll_seconds=0.2,
                sweep_seconds=0.1,
                drain_seconds=0.0,
            ),
            membership=Membership(_card(worker_id, clock), backend.workers),
        )
        await run_worker(parts, stopping)


def _first_line(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as file:
        return file.readline()


def _card(worker_id: str, clock: Clock) -> WorkerCard:
    return WorkerCard(
        id=worker_id,
        host="here",
        release=__version__,
        host_class="made up",
        slots=SLOTS,
        languages=None,
        started_at=clock.now(),
    )


if __name__ == "__main__":
    run(work())
