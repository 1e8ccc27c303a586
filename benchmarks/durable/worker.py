"""A worker as an installation runs it, with a judge that only takes its time.

    python -m benchmarks.durable.worker SLOTS JUDGING_SECONDS     on the store that the settings name

It says "ready", and of each submission that it has judged "ID BEGAN ENDED", by the monotonic clock.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
import os
import secrets
import signal
import subprocess
import sys
import time
from typing import Any, TypeAlias

import structlog

from assay.adapters.local.clock import SystemClock, identities
from assay.cli.loops import run
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.domain.submission import Submission
from assay.judging.ports import Room
from assay.operate.privileges import Identity
from assay.problems.recent import RecentVersions
from assay.queue.broker_journal import BrokerNews
from assay.queue.ports import JobQueue, Lease, Wakeups
from assay.settings import read_settings
from assay.verdicts.ports import SubmissionReader, VerdictStore
from assay.wiring.backends import open_backend
from assay.wiring.broker import open_queue
from assay.worker.job import Pace, Parts
from assay.worker.ports import Happening, Problems, Tell
from assay.worker.process import run_worker
from benchmarks.durable.stores import some_judgement

Worker: TypeAlias = "subprocess.Popen[str]"


class SilentJournal:
    """The `Journal` port, and `BrokerJournal`."""

    def note(
        self, what: Happening | BrokerNews, *, submission_id: str | None = None, detail: str, count: int = 1
    ) -> None:
        pass


class TimedJudge:
    """The `Judge` port."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def __call__(self, submission: Submission, problem: Problem, tell: Tell, room: Room) -> Decision:
        began = time.monotonic()
        await asyncio.sleep(self._seconds)
        self.has_judged(submission.id, began, time.monotonic())
        lease = Lease(submission_id=submission.id, generation=1, token="", attempt=1)
        return some_judgement(lease).decision

    def has_judged(self, submission_id: str, began: float, ended: float) -> None:
        print(submission_id, began, ended, flush=True)


def parts(
    *,
    queue: JobQueue,
    reader: SubmissionReader,
    problems: Problems,
    verdicts: VerdictStore,
    wakeups: Wakeups,
    judge: TimedJudge,
    slots: int,
) -> Parts:
    """At the pace of production."""
    clock = SystemClock()
    return Parts(
        worker_id=f"worker:{os.getpid()}",
        queue=queue,
        submissions=reader,
        problems=problems,
        judge=judge,
        verdicts=verdicts,
        wakeups=wakeups,
        journal=SilentJournal(),
        clock=clock,
        new_id=identities(clock, os.urandom),
        new_token=secrets.token_hex,
        chance=secrets.SystemRandom().random,
        pace=Pace(
            slots=slots,
            lease_seconds=30.0,
            heartbeat_seconds=10.0,
            poll_seconds=1.0,
            sweep_seconds=5.0,
            drain_seconds=1.0,
        ),
    )


@contextmanager
def workers(
    count: int,
    *,
    slots: int,
    judging_seconds: float,
    settings: Mapping[str, str],
    identity: Identity | None = None,
) -> Iterator[list[Worker]]:
    """Ready to work, as that user, if not as ourselves."""
    command = [sys.executable, "-m", "benchmarks.durable.worker", str(slots), str(judging_seconds)]
    environment, whose = {**os.environ, **settings}, dict[str, Any]()
    if identity is not None and identity.uid != os.geteuid():
        environment["HOME"] = "/"  # ours is not theirs to read
        whose = {"user": identity.uid, "group": identity.gid, "extra_groups": []}
    with ExitStack() as stack:
        started = []
        for _ in range(count):
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, **whose)
            stack.callback(_stop, process)
            started.append(process)
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        yield started


def _stop(process: Worker) -> None:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


async def _work(slots: int, judging_seconds: float) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    settings, clock = read_settings(os.environ), SystemClock()
    async with (
        open_backend(settings, clock) as backend,
        open_queue(settings, backend, clock, SilentJournal()) as queue,
    ):
        made = parts(
            queue=queue.jobs,
            reader=backend.reader,
            problems=RecentVersions(backend.problems),
            verdicts=backend.verdicts,
            wakeups=queue.wakeups,
            judge=TimedJudge(judging_seconds),
            slots=slots,
        )
        print("ready", flush=True)
        await run_worker(made, stopping)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    run(_work(int(sys.argv[1]), float(sys.argv[2])))
