"""How the house ends, in order and otherwise: what runs is judged right, or again; nothing is left behind."""

from collections.abc import Callable
import json
import os
from pathlib import Path
import signal
import sqlite3
import subprocess
import time

import pytest

from tests.conftest import needs_root
from tests.processes import children_of
from tests.product.running import (
    ASSAY,
    EXAMPLES,
    RunningServer,
    import_examples,
    process_tree,
    running_server,
)

PROBLEM = "lanterns"
SLOW_RIGHT = "import time\ntime.sleep(0.25)\nprint(sum(map(int, open(0).read().split()[1:])))\n"
STOP_SECONDS_MAX = 35.0


def await_true(true: Callable[[], object], *, what: str, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def rows(data_dir: Path, query: str) -> list[tuple[object, ...]]:
    database = sqlite3.connect(f"file:{data_dir / 'assay.sqlite3'}?mode=ro", uri=True)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def job_states(data_dir: Path) -> list[tuple[object, ...]]:
    return rows(data_dir, "SELECT state, attempt FROM jobs ORDER BY submission_id")


def command_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def supervisor_of(server: RunningServer) -> int:
    (supervisor,) = (pid for pid in children_of(server.process.pid) if b"assay.cli" not in command_of(pid))
    return supervisor


def cgroups_of_cell(supervisor: int) -> list[Path]:
    return [
        folder
        for root in Path("/sys/fs/cgroup").glob("**/")
        for folder in root.glob(f"assay-cell.{supervisor}.*")
    ]


def start_running(server: RunningServer, source: str = SLOW_RIGHT) -> str:
    """Submit, and wait until a test of it runs."""
    submission_id = server.submit(PROBLEM, "python3", source)
    path = f"/api/v1/submissions/{submission_id}"
    await_true(lambda: server.http.get(path).json()["status"] == "running", what="it never ran")
    return submission_id


def words_of(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


@needs_root
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_what_runs_end_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    data_dir = tmp_path / "data"
    import_examples(data_dir, [PROBLEM])
    with running_server(data_dir, log=tmp_path / "log", slots=1) as server:
        supervisor, tree = supervisor_of(server), process_tree(server.process.pid)
        running = start_running(server)
        waiting = server.submit(PROBLEM, "python3", SLOW_RIGHT)
        server.process.send_signal(number)
        assert server.process.wait(STOP_SECONDS_MAX) == 0, (tmp_path / "log").read_text()
    assert rows(data_dir, "SELECT submission_id, verdict FROM judgements") == [(running, "AC")]
    assert job_states(data_dir) == [("done", 1), ("pending", 0)], waiting
    assert not [pid for pid in tree if Path(f"/proc/{pid}/exe").exists()]
    assert not cgroups_of_cell(supervisor)
    assert not list(Path("/tmp").glob(f"assay-cell-{server.process.pid}-*"))


@needs_root
def test_a_second_signal_does_not_wait_and_loses_nothing(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    import_examples(data_dir, [PROBLEM])
    endless = "import time\ntime.sleep(4)\nprint(sum(map(int, open(0).read().split()[1:])))\n"
    with running_server(data_dir, log=tmp_path / "log") as server:
        start_running(server, endless)
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(1.5)  # it drains
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(3) == 0
    assert job_states(data_dir) == [("leased", 1)], "its lease runs out, and it is judged again"


@needs_root
def test_when_the_cell_is_killed_the_server_ends_loudly_and_buries_nothing(tmp_path: Path) -> None:
    data_dir, log = tmp_path / "data", tmp_path / "log"
    import_examples(data_dir, [PROBLEM])
    with running_server(data_dir, log=log, slots=2) as server:
        accepted = [start_running(server), *(server.submit(PROBLEM, "python3", SLOW_RIGHT) for _ in range(4))]
        os.kill(supervisor_of(server), signal.SIGKILL)
        assert server.process.wait(10) == 3
    assert "the sandbox was killed by signal 9" in log.read_text()
    attempts = [attempt for state, attempt in job_states(data_dir) if state == "pending"]
    assert len(attempts) >= 3
    assert max(map(int, map(str, attempts))) <= 1, "only what ran has lost an attempt"

    with running_server(data_dir, log=log) as server:
        assert {server.wait_for_verdict(each)["verdict"] for each in accepted} == {"AC"}


@needs_root
def test_a_killed_keeper_or_init_is_tried_again_and_gives_no_verdict(tmp_path: Path) -> None:
    data_dir, log = tmp_path / "data", tmp_path / "log"
    import_examples(data_dir, [PROBLEM])
    with running_server(data_dir, log=log, slots=1) as server:
        for is_init in (False, True):
            submission_id = start_running(server)
            os.kill(busy_keeper(supervisor_of(server), init=is_init), signal.SIGKILL)
            assert server.wait_for_verdict(submission_id)["verdict"] == "AC"
            runs = server.http.get(f"/api/v1/submissions/{submission_id}/judgements").json()["items"]
            assert len(runs) == 1
    assert job_states(data_dir) == [("done", 2), ("done", 2)]


def is_pid_1_of_a_namespace(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    (numbers,) = (line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:"))
    return len(numbers) == 2 and numbers[-1] == "1"


def busy_keeper(supervisor: int, *, init: bool) -> int:
    """The keeper that has a run right now, or that run's init."""
    found: list[int] = []

    def look() -> list[int]:
        inits = [
            (keeper, child)
            for keeper in children_of(supervisor)
            for child in children_of(keeper)
            if is_pid_1_of_a_namespace(child)
        ]
        found[:] = [child if init else keeper for keeper, child in inits]
        return found

    await_true(look, what="no keeper has a run")
    return found[0]


@needs_root
def test_a_worker_stopped_for_longer_than_its_lease_judges_once(tmp_path: Path) -> None:
    data_dir, log = tmp_path / "data", tmp_path / "log"
    import_examples(data_dir, [PROBLEM])
    with running_server(data_dir, log=log, slots=2) as server:
        accepted = [start_running(server)]
        (worker,) = (pid for pid in children_of(server.process.pid) if b"assay.cli.worker" in command_of(pid))
        os.kill(worker, signal.SIGSTOP)
        try:
            accepted += [server.submit(PROBLEM, "python3", f"# {n}\n{SLOW_RIGHT}") for n in range(4)]
            expire_leases(data_dir)
        finally:
            os.kill(worker, signal.SIGCONT)
        assert {server.wait_for_verdict(each)["verdict"] for each in accepted} == {"AC"}
    assert rows(data_dir, "SELECT count(*), count(DISTINCT submission_id) FROM judgements") == [(5, 5)]


def expire_leases(data_dir: Path) -> None:
    """As if the lease's time had passed."""
    database = sqlite3.connect(data_dir / "assay.sqlite3", timeout=10)
    with database:
        assert database.execute("UPDATE jobs SET lease_until = 0 WHERE state = 'leased'").rowcount
    database.close()


@needs_root
def test_a_demo_interrupted_twice_leaves_no_server(tmp_path: Path) -> None:
    command = [*ASSAY, "demo", str(EXAMPLES), "--data-dir", str(tmp_path / "data"), "--port", "0"]
    log = tmp_path / "log"
    with log.open("wb") as words, subprocess.Popen(command, stderr=words, start_new_session=True) as demo:
        await_true(lambda: running_jobs(tmp_path / "data"), what="nothing is judged")
        tree = process_tree(demo.pid)
        demo.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            demo.wait(0.2)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(10) == 130
    assert "Traceback" not in log.read_text()
    assert len(tree) >= 4  # the demo, its server, the worker, the cell
    assert not [pid for pid in tree if Path(f"/proc/{pid}/exe").exists()]


def running_jobs(data_dir: Path) -> bool:
    try:
        return ("leased",) in rows(data_dir, "SELECT state FROM jobs")
    except sqlite3.OperationalError:  # no file yet, or no table
        return False
