"""Doors and two workers as processes on one PostgreSQL database, kept running as a supervisor keeps them; a
relay beside them where there is a broker.

Processes are armed until the first of them has died as it was to; whoever is started later is not.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
import os
from pathlib import Path
import signal
import subprocess
import sys
import time

import httpx

from assay.cli.roles import Role
from tests.chaos.kinds import OPERATOR, OPERATOR_TOKEN, OUTCOMES, SCORERS, body, is_over
from tests.engines.ports import free_port
from tests.engines.postgres import PostgresServer
from tests.product.running import ROOT, RunningServer, running_server

PATIENCE_SECONDS = 60.0
LEASE_SECONDS = 1.0
PAUSE_SECONDS = 0.05
ANSWER_SECONDS_MAX = 2.0  # doors that stand still give none
_JUDGED = ("plain",) * 5 + ("slow",) * 3 + ("fault",) * 3 + ("poison",) * 2
KINDS = _JUDGED + ("scored",) * 2 + ("flawed",) * 2 + ("weighed",) * 2 + ("unscorable",)
WORKERS = 2

_HOLDERS = "SELECT worker_id FROM jobs WHERE state = 'leased' AND submission_id IN ({ids})"


@dataclass(kw_only=True)
class Installation:
    """One database and its doors, which are there for all cases; workers come and go with each."""

    directory: Path
    postgres: PostgresServer
    database: str
    queue_url: str = "sql:"
    port: int = field(default_factory=free_port)
    doors: RunningServer | None = None
    _opened: ExitStack = field(default_factory=ExitStack)

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "ASSAY_DATABASE_URL": self.postgres.url(self.database),
            "ASSAY_LEASE_SECONDS": f"{LEASE_SECONDS}",
            "ASSAY_HEARTBEAT_SECONDS": "0.3",
            "ASSAY_QUEUE_URL": self.queue_url,
            "ASSAY_OPERATOR_TOKEN": OPERATOR_TOKEN,
        }

    def open_doors(self, crash_point: str = "") -> None:
        """Start them, again if they are there."""
        self.close_doors()
        environment = {**self.environment, "ASSAY_CRASH_POINT": crash_point, "ASSAY_PORT": str(self.port)}
        self.doors = self._opened.enter_context(
            running_server(
                self.directory / "doors",
                log=self.directory / "doors.log",
                role=Role.API,
                environment=environment,
            )
        )

    def close_doors(self) -> None:
        self._opened.close()
        self.doors = None

    def start_worker(self, crash_point: str = "") -> "subprocess.Popen[bytes]":
        return self._start(["tests.chaos.host_worker"], "doors", crash_point)

    def start_relay(self, crash_point: str = "") -> "subprocess.Popen[bytes]":
        return self._start(["assay.cli.server", "--role", "relay"], "relay", crash_point)

    def _start(self, command: list[str], data_dir: str, crash_point: str) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, **self.environment, "ASSAY_CRASH_POINT": crash_point}
        with (self.directory / "workers.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT,
                env={**environment, "ASSAY_DATA_DIR": str(self.directory / data_dir)},
            )  # fmt: skip


class Case:
    """One run: submissions of each kind, sent by a client that repeats what it got no answer to."""

    def __init__(self, installation: Installation, name: str, crash_point: str = "") -> None:
        self.died = 0  # processes, as they were armed to
        self.stopped: dict[int, float] = {}  # by process: when it was seen to stand still
        self.accepted: dict[str, str] = {}  # by kind and number: the identity that the client was told
        self._installation = installation
        self._name = name
        self._crash_point = crash_point
        self._workers: list[subprocess.Popen[bytes]] = []
        self._starting: list[Callable[[str], subprocess.Popen[bytes]]] = []
        self._armed: set[int] = set()

    def start_workers(self) -> None:
        """And what tells them of jobs, where the database does not."""
        relays = 0 if self._installation.queue_url == "sql:" else 1
        self._starting = [self._installation.start_worker] * WORKERS
        self._starting += [self._installation.start_relay] * relays
        self._workers = [self._started(start) for start in self._starting]

    def _started(self, start: "Callable[[str], subprocess.Popen[bytes]]") -> "subprocess.Popen[bytes]":
        if self.has_struck():
            return start("")
        process = start(self._crash_point)
        if self._crash_point:
            self._armed.add(process.pid)
        return process

    def has_struck(self) -> bool:
        """Whether a process has died, or stood still, where it was armed to."""
        return bool(self.died or self.stopped)

    def arm_doors(self) -> None:
        self._installation.open_doors(self._crash_point)
        assert self._installation.doors is not None
        self._armed.add(self._installation.doors.process.pid)

    def stop_relay(self) -> None:
        """For good."""
        relay = self._workers.pop()
        relay.kill()
        relay.wait()

    def submit(self, kinds: Sequence[str] = KINDS, *, first: int = 0) -> None:
        """One of each, numbered from `first`."""
        for number, kind in enumerate(kinds, start=first):
            self.accepted[f"{kind} {number}"] = self._submit(f"{kind} {number}")

    def _submit(self, source: str) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.keep_running()
            assert self._installation.doors is not None
            try:
                answer = self._installation.doors.http.post(
                    "/api/v1/submissions",
                    json=body(source, problem_id="sum", user_id=self._name),
                    headers={"Idempotency-Key": f"{self._name} {source}", **OPERATOR},
                    timeout=ANSWER_SECONDS_MAX,
                )
            except httpx.TransportError as error:
                why = repr(error)
            else:
                if answer.status_code == 202:
                    told: str = answer.json()["id"]
                    return told
                why = answer.text
                assert answer.status_code in (409, 503), why  # the first one is still under way; no database
            assert time.monotonic() < deadline, f"{source}: {why}"
            time.sleep(PAUSE_SECONDS)

    def outcomes(self) -> dict[str, list[str]]:
        """By identity: status, verdict, job, judgements, runs, last event, missing events, score."""
        rows = self._installation.postgres.sql(OUTCOMES.format(user=self._name), self._installation.database)
        return {row.split()[0]: row.split()[1:] for row in rows.splitlines()}

    def wait_until_over(self) -> dict[str, list[str]]:
        """The outcomes once all are over, by kind and number."""
        self.wait_until(self.is_over)
        outcomes = self.outcomes()
        assert set(outcomes) == set(self.accepted.values()), "what was accepted is what is recorded"
        return {source: outcomes[accepted] for source, accepted in self.accepted.items()}

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, self.outcomes()
            self.keep_running()
            time.sleep(PAUSE_SECONDS)

    def is_over(self) -> bool:
        return all(is_over(outcome) for outcome in self.outcomes().values())

    def busy_worker(self) -> "subprocess.Popen[bytes] | None":
        """An armed one that will be at it for a while."""
        slow = (identity for source, identity in self.accepted.items() if source.startswith("slow"))
        return self._armed_one(_HOLDERS.format(ids=", ".join(f"'{identity}'" for identity in slow)))

    def busy_scorer(self) -> "subprocess.Popen[bytes] | None":
        """An armed one that is at a score that takes its time."""
        return self._armed_one(SCORERS.format(user=self._name))

    def _armed_one(self, query: str) -> "subprocess.Popen[bytes] | None":
        holders = self._installation.postgres.sql(query, self._installation.database).split()
        armed = (worker for worker in self._workers if worker.pid in self._armed)
        return next((worker for worker in armed if f"worker:{worker.pid}" in holders), None)

    def signal_worker(self, worker: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
        if number is signal.SIGKILL:  # by us, and not as it was armed to
            self._armed.discard(worker.pid)
        worker.send_signal(number)

    def keep_running(self) -> None:
        """Start whoever has died again, and let go on whoever has stood still for longer than a lease."""
        for number, worker in enumerate(self._workers):
            self._look_at(worker.pid)
            if worker.poll() is not None:
                self._note_death(worker)
                self._workers[number] = self._started(self._starting[number])
        doors = self._installation.doors
        assert doors is not None
        self._look_at(doors.process.pid)
        if doors.process.poll() is not None:
            self._note_death(doors.process)
            self._installation.open_doors()

    def _note_death(self, process: "subprocess.Popen[bytes]") -> None:
        if process.pid in self._armed and process.returncode == -signal.SIGKILL:
            self.died += 1

    def _look_at(self, pid: int) -> None:
        if pid in self._armed and _stands_still(pid):
            since = self.stopped.setdefault(pid, time.monotonic())
            if time.monotonic() - since > 1.5 * LEASE_SECONDS:
                os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        for worker in self._workers:
            worker.kill()
            worker.wait()
        doors = self._installation.doors
        if doors is None or doors.process.poll() is not None or doors.process.pid in self._armed:
            self._installation.open_doors()


@contextmanager
def running_case(installation: Installation, name: str, crash_point: str = "") -> Iterator[Case]:
    case = Case(installation, name, crash_point)
    try:
        yield case
    finally:
        case.close()


def _stands_still(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] == "T"
