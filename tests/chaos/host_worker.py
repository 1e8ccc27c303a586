"""A worker on whatever database the settings name, with a made-up judge: `python -m tests.chaos.host_worker`

What it judges says in its first line what it is to be:

plain N   takes a moment
slow N    takes longer than two heartbeats
fault N   judging fails once, through a fault of ours, and then goes well
poison N  judging fails each time
"""

import asyncio
from hashlib import sha256
import os
import secrets
import signal

from assay.adapters.local.broker_journal import LogBrokerJournal
from assay.adapters.local.clock import SystemClock, identities
from assay.crash_points import arm
from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.submission import Submission, SubmissionStatus
from assay.domain.verdict import Verdict
from assay.queue.desk import QueueDesk
from assay.queue.ports import Lease
from assay.settings import read_settings
from assay.wiring.backends import open_backend
from assay.wiring.broker import open_queue
from assay.worker.job import Pace, Parts
from assay.worker.ports import Tell
from assay.worker.process import run_worker
from tests.chaos.house import PrintedJournal
from tests.contract.houses import judgement

SLOTS = 2
TESTS = 5
PLAIN_SECONDS = 0.05
SLOW_SECONDS = 1.0
ON_PURPOSE = "failed on purpose"


class JudgeByTheFirstLine:
    def __init__(self, desk: QueueDesk) -> None:
        self._desk = desk

    async def __call__(self, submission: Submission, problem: Problem, tell: Tell) -> Decision:
        content = submission.files[0].content
        kind = content.split()[1].decode()
        await tell(Progress(status=SubmissionStatus.COMPILING))
        seconds = SLOW_SECONDS if kind == "slow" else PLAIN_SECONDS
        for test_case in range(1, TESTS + 1):
            await tell(Progress(status=SubmissionStatus.RUNNING, test_case=test_case, total=TESTS))
            await asyncio.sleep(seconds / TESTS)
        if kind == "poison" or (kind == "fault" and not await self._has_failed(submission)):
            raise RuntimeError(ON_PURPOSE)
        verdict = Verdict.AC if sha256(content).digest()[0] % 2 else Verdict.WA
        lease = Lease(submission_id=submission.id, generation=1, token="", attempt=1)
        return judgement(lease, verdict=verdict).decision

    async def _has_failed(self, submission: Submission) -> bool:
        return any(ON_PURPOSE in fault.cause for fault in await self._desk.faults(submission.id))


async def work() -> None:
    settings, clock = read_settings(os.environ), SystemClock()
    arm(settings.crash_plan)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    async with (
        open_backend(settings, clock) as backend,
        open_queue(settings, backend, clock, LogBrokerJournal()) as queue,
    ):
        parts = Parts(
            worker_id=f"worker:{os.getpid()}",
            queue=queue.jobs,
            submissions=backend.reader,
            problems=backend.problems,
            judge=JudgeByTheFirstLine(backend.desk),
            verdicts=backend.verdicts,
            wakeups=queue.wakeups,
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
        )
        await run_worker(parts, stopping)


if __name__ == "__main__":
    asyncio.run(work())
