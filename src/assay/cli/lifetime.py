"""How the server process ends, and how it keeps its worker until then.

signal, or the cell is gone ─▶ stopping.asked ─┬▶ doors: no new requests, 5 s for the open ones
                                               └▶ worker: SIGTERM; it drains for up to 30 s
a second signal ─▶ stopping.hurried ─▶ both end now; what was being judged is judged again later
"""

import asyncio
from collections.abc import Awaitable, Sequence
import signal

import structlog

DRAIN_SECONDS_MAX = 33.0  # the worker drains for 30, then gives back what still runs
RESTART_DELAY_SECONDS_MIN = 0.1
RESTART_DELAY_SECONDS_MAX = 10.0
STEADY_SECONDS = 60.0  # a worker that lived this long had no trouble starting

log = structlog.get_logger()


class Stopping:
    """Whether to stop, how urgently, and what the trouble was if nobody had asked for it."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.hurried = asyncio.Event()
        self.cause: str | None = None

    def listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_signal, number)

    def ask(self, *, cause: str | None) -> None:
        self.cause = cause
        self.asked.set()

    async def hurried_or(self, waiting: Awaitable[object]) -> None:
        """Wait for the one or the other; `waiting` is not cancelled."""
        await _either(self.hurried.wait(), waiting)

    def _on_signal(self, number: signal.Signals) -> None:
        if self.asked.is_set():
            log.warning("stopping at once", signal=number.name)
            self.hurried.set()
        else:
            log.info("stopping when what runs has ended; a second signal does not wait", signal=number.name)
            self.asked.set()


async def keep_worker(command: Sequence[str], stopping: Stopping) -> None:
    """Start the worker, again when it dies (more and more slowly), and let it drain when we stop."""
    delay_seconds, loop = RESTART_DELAY_SECONDS_MIN, asyncio.get_running_loop()
    while not stopping.asked.is_set():
        started_at = loop.time()
        worker = await asyncio.create_subprocess_exec(*command)
        await _either(worker.wait(), stopping.asked.wait())
        if worker.returncode is None:
            await _drain(worker, stopping)
            return
        if loop.time() - started_at > STEADY_SECONDS:
            delay_seconds = RESTART_DELAY_SECONDS_MIN
        log.error("worker ended", returncode=worker.returncode, next_in_seconds=delay_seconds)
        await _either(asyncio.sleep(delay_seconds), stopping.asked.wait())
        delay_seconds = min(2 * delay_seconds, RESTART_DELAY_SECONDS_MAX)


async def _drain(worker: asyncio.subprocess.Process, stopping: Stopping) -> None:
    worker.send_signal(signal.SIGTERM)
    await _either(worker.wait(), stopping.hurried.wait(), asyncio.sleep(DRAIN_SECONDS_MAX))
    if worker.returncode is None:
        worker.kill()  # the leases of what it judged run out
        await worker.wait()


async def _either(*waitings: Awaitable[object]) -> None:
    """Wait for the first. Those that were coroutines, and so are nobody else's, are cancelled."""
    tasks = [asyncio.ensure_future(waiting) for waiting in waitings]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task, waiting in zip(tasks, waitings, strict=True):
            if task is not waiting:
                task.cancel()
