"""Processes that work on a store, as those of an installation do: doors, on their event loop, and workers.

python -m benchmarks.durable.hands enqueue|work FOLDER URL COUNT      says "ready", waits for a line, works,
                                                                      says {"jobs": …, "cpu_seconds": …}
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
import json
import os
from pathlib import Path
import subprocess
import sys
import time

from assay.adapters.local.clock import SystemClock, identities
from assay.cli import loops
from assay.cli.settling import settle
from assay.wiring.backend import Backend, Bell
from benchmarks.durable.stores import opened, some_judgement, some_submission

AT_ONCE = 512  # submissions on their way in
CLAIMED_AT_ONCE = 64  # by each of the workers
WORKERS = 4  # of a process
USERS = 500


@dataclass(frozen=True, kw_only=True)
class Done:
    """What several hands did together."""

    jobs: int
    seconds: float
    cpu_seconds: float


@contextmanager
def hands(task: str, *, processes: int, folder: Path, url: str, jobs: int) -> Iterator[Sequence["Hand"]]:
    """Processes that are ready to do `jobs` in all."""
    ready = [Hand(task, folder, url, jobs // processes) for _ in range(processes)]
    try:
        for hand in ready:
            hand.wait()
        yield ready
    finally:
        for hand in ready:
            hand.end()


def together(ready: "Sequence[Hand]") -> Done:
    begun = time.perf_counter()
    for hand in ready:
        hand.go()
    told = [hand.told() for hand in ready]
    seconds = time.perf_counter() - begun
    return Done(
        jobs=round(sum(each["jobs"] for each in told)),
        seconds=seconds,
        cpu_seconds=sum(each["cpu_seconds"] for each in told),
    )


class Hand:
    """One process."""

    def __init__(self, task: str, folder: Path, url: str, jobs: int) -> None:
        command = [sys.executable, "-m", "benchmarks.durable.hands", task, str(folder), url, str(jobs)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def wait(self) -> None:
        assert self._line() == "ready"

    def go(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")

    def told(self) -> dict[str, float]:
        found: dict[str, float] = json.loads(self._line())
        return found

    def end(self) -> None:
        self._process.communicate(timeout=60)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


async def _be(task: str, folder: Path, url: str, jobs: int) -> None:
    async with opened(folder, url) as backend:
        settle()
        print("ready", flush=True)
        sys.stdin.readline()
        begun = time.process_time()
        if task == "enqueue":
            done = await _enqueue(backend, jobs)
        else:
            names = [f"{os.getpid()}-{number}" for number in range(WORKERS)]
            done = sum(await asyncio.gather(*[_work(backend, name) for name in names]))
        print(json.dumps({"jobs": done, "cpu_seconds": time.process_time() - begun}), flush=True)
        sys.stdin.readline()  # while its connections are there, what the store's server did can be seen


async def _enqueue(backend: Backend, jobs: int) -> int:
    new_id, bell = identities(SystemClock(), os.urandom), backend.doorbell(Bell.JOBS)
    numbers = iter(range(jobs))

    async def client() -> None:
        for number in numbers:
            made = some_submission(new_id(), user_id=f"u{number % USERS}")
            await backend.submissions.record_and_enqueue(made, key=None)
            bell.ring()

    await asyncio.gather(*[client() for _ in range(AT_ONCE)])
    return jobs


async def _work(backend: Backend, worker_id: str) -> int:
    """Claim and finish until nothing is left."""
    done = 0
    while True:
        leases = await backend.queue.claim(
            worker_id=worker_id, token=f"{worker_id}-{done}", limit=CLAIMED_AT_ONCE, lease_seconds=60
        )
        if not leases:
            return done
        finished = await asyncio.gather(
            *[backend.verdicts.finish(lease, some_judgement(lease)) for lease in leases]
        )
        assert all(finished)
        done += len(leases)


if __name__ == "__main__":
    loops.run(_be(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
