"""What always holds: kill -9 of the server loses nothing accepted, and nothing is judged twice in effect."""

from concurrent.futures import ThreadPoolExecutor
import os
from pathlib import Path
import signal
import sqlite3
import time

import httpx

from tests.conftest import needs_root
from tests.product.running import RunningServer, import_examples, process_tree, running_server

PROBLEM = "lanterns"
SUBMISSIONS = 100
SOURCE = "print(sum(map(int, open(0).read().split()[1:])))\n"


def submit_some(server: RunningServer, count: int) -> list[str]:
    """Submit from several threads until all are in or the server is gone; the ids of those that got a 202."""

    def one(number: int) -> str | None:
        body = {"problem_id": PROBLEM, "language": "python3", "source": f"# {number}\n{SOURCE}"}
        try:
            response = server.http.post("/api/v1/submissions", json=body)
        except httpx.TransportError:
            return None
        assert response.status_code == 202, response.text
        return str(response.json()["id"])

    with ThreadPoolExecutor(8) as pool:
        return [accepted for accepted in pool.map(one, range(count)) if accepted is not None]


@needs_root
def test_kill_9_amid_submissions_loses_none_and_judges_none_twice(tmp_path: Path) -> None:
    data_dir, log = tmp_path / "data", tmp_path / "log"
    import_examples(data_dir, [PROBLEM])
    with running_server(data_dir, log=log) as server:
        accepted = submit_some(server, SUBMISSIONS)
        deadline = time.monotonic() + 30
        while judged_count(data_dir) < 10 and time.monotonic() < deadline:
            time.sleep(0.02)
        tree = process_tree(server.process.pid)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
    already_judged = judged_count(data_dir)
    assert 10 <= already_judged < len(accepted) == SUBMISSIONS, "the kill must come in the middle"
    await_gone(tree)

    with running_server(data_dir, log=log) as server:
        verdicts = {each: server.wait_for_verdict(each)["verdict"] for each in accepted}
        judgements = {
            each: server.http.get(f"/api/v1/submissions/{each}/judgements").json()["items"]
            for each in accepted
        }

    assert len(set(verdicts.values())) == 1, "the same program has one verdict"
    assert all(len(items) == 1 for items in judgements.values())


def judged_count(data_dir: Path) -> int:
    with sqlite3.connect(f"file:{data_dir / 'assay.sqlite3'}?mode=ro", uri=True) as database:
        (count,) = database.execute("SELECT count(*) FROM judgements").fetchone()
    database.close()
    return int(count)


def await_gone(pids: list[int]) -> None:
    """Worker, cell and slots follow the killed server; none is left behind."""
    deadline = time.monotonic() + 10
    while alive := [pid for pid in pids if Path(f"/proc/{pid}/exe").exists()]:
        assert time.monotonic() < deadline, [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in alive]
        time.sleep(0.05)
