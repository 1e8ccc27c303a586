"""kill -9 and SIGSTOP, in the middle of two hundred submissions. Leases are a second long here."""

import asyncio
from collections.abc import Iterator
import json
from pathlib import Path
import signal
import sqlite3
import subprocess
import sys
import time
from typing import Any

import pytest

from assay.adapters.sql.schema import prepare
from tests.chaos.house import expected_verdict, record_problem
from tests.contract.houses import broken_references

ROOT = Path(__file__).resolve().parents[2]
SUBMISSIONS = 200
PATIENCE_SECONDS = 40


class Tree:
    """A data folder and the processes on it. Leaves none behind."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.database = sqlite3.connect(directory / "assay.sqlite3", isolation_level=None)
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        role, *rest = arguments
        command = [sys.executable, "-m", "tests.chaos.house", role, str(self.directory), *rest]
        with (self.directory / f"{'-'.join(arguments)}.out").open("ab") as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, cwd=ROOT)
        self._processes.append(process)
        return process

    def worker(self, name: str, *, judging_seconds: float = 0.02) -> subprocess.Popen[bytes]:
        return self.start("worker", name, str(judging_seconds))

    def submitter(self) -> subprocess.Popen[bytes]:
        return self.start("submitter", str(SUBMISSIONS))

    def accepted(self) -> list[str]:
        """The ids that the submitters were told, in their order, repeats included."""
        text = (self.directory / f"submitter-{SUBMISSIONS}.out").read_text()
        return text[: text.rfind("\n") + 1].split()

    def notes(self, name: str) -> list[dict[str, Any]]:
        (place,) = self.directory.glob(f"worker-{name}-*.out")
        text = place.read_text()
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]

    def count(self, query: str) -> int:
        ((number,),) = self.database.execute(query).fetchall()
        return int(number)

    def wait_until(self, query: str, number: int) -> None:
        """Wait until the query yields at least that number."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.count(query) < number:
            assert time.monotonic() < deadline, f"{query}: {self.count(query)} of {number}"
            time.sleep(0.01)

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        self.database.close()


JUDGED = "SELECT count(*) FROM judgements"
LEASED = "SELECT count(*) FROM jobs WHERE state = 'leased'"


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    prepare(tmp_path / "assay.sqlite3")
    asyncio.run(record_problem(tmp_path))
    opened = Tree(tmp_path)
    yield opened
    opened.close()


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    assert process.wait() == -signal.SIGKILL


def stop_between_commits(tree: Tree, process: subprocess.Popen[bytes]) -> None:
    """Stop a process where it holds no lock: one that is stopped in a commit holds up every other writer."""
    probe = sqlite3.connect(tree.directory / "assay.sqlite3", isolation_level=None, timeout=0.05)
    while True:
        process.send_signal(signal.SIGSTOP)
        try:
            probe.execute("BEGIN IMMEDIATE")
            probe.execute("ROLLBACK")
        except sqlite3.OperationalError:
            process.send_signal(signal.SIGCONT)
            time.sleep(0.01)
        else:
            break
    probe.close()


def check_that_all_is_well(tree: Tree) -> None:
    """Every accepted submission has one judgement, the right one; nobody was told anything else."""
    accepted = tree.accepted()
    assert len(set(accepted)) == SUBMISSIONS
    recorded = {row[0] for row in tree.database.execute("SELECT id FROM submissions")}
    assert recorded == set(accepted)  # also: no key led to two submissions
    verdicts = tree.database.execute("SELECT submission_id, verdict FROM judgements").fetchall()
    assert len(verdicts) == SUBMISSIONS
    assert dict(verdicts) == {each: expected_verdict(each).value for each in accepted}
    assert tree.database.execute(
        "SELECT id, verdict FROM submissions WHERE status = 'judged'"
    ).fetchall() == [(each, expected_verdict(each).value) for each in sorted(recorded)]
    assert tree.count("SELECT count(*) FROM jobs WHERE state = 'done'") == SUBMISSIONS
    assert tree.count("SELECT count(*) FROM events WHERE status = 'judged'") == SUBMISSIONS
    gaps = "SELECT count(*) FROM (SELECT 1 FROM events GROUP BY submission_id HAVING max(seq) <> count(*))"
    assert tree.count(gaps) == 0
    last = """SELECT count(*) FROM submissions JOIN events
                  ON submission_id = id AND seq = last_seq AND events.status = 'judged'"""
    assert tree.count(last) == SUBMISSIONS
    assert tree.count("SELECT count(*) FROM runs") == 2 * SUBMISSIONS
    assert tree.database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert broken_references(tree.directory / "assay.sqlite3") == []


def test_worker_and_submitter_killed_in_the_middle(tree: Tree) -> None:
    worker = tree.worker("w1")
    submitter = tree.submitter()
    tree.wait_until("SELECT count(*) FROM submissions", 40)
    kill(submitter)
    told = tree.accepted()
    assert len(told) < SUBMISSIONS  # or it was not in the middle
    tree.wait_until(JUDGED, 20)
    kill(worker)
    assert tree.count(JUDGED) < SUBMISSIONS
    worker = tree.worker("w2")
    again = tree.submitter()
    tree.wait_until(JUDGED, 100)
    kill(worker)
    tree.worker("w3")
    assert again.wait(timeout=PATIENCE_SECONDS) == 0
    assert set(told) <= set(tree.accepted()[len(told) :])  # the same keys, the same answers
    tree.wait_until(JUDGED, SUBMISSIONS)
    check_that_all_is_well(tree)


def test_two_workers_share_the_work_and_one_is_killed(tree: Tree) -> None:
    first, _ = tree.worker("w1"), tree.worker("w2")
    assert tree.submitter().wait(timeout=PATIENCE_SECONDS) == 0
    tree.wait_until(JUDGED, 60)
    kill(first)
    tree.wait_until(JUDGED, SUBMISSIONS)
    check_that_all_is_well(tree)
    for name in ("w1", "w2"):
        assert sum(note["event"] == "finished" for note in tree.notes(name)) > 10


def test_a_worker_stopped_for_longer_than_its_lease_is_fenced(tree: Tree) -> None:
    stopped = tree.worker("w1", judging_seconds=0.5)
    assert tree.submitter().wait(timeout=PATIENCE_SECONDS) == 0
    tree.wait_until(LEASED, 4)
    stop_between_commits(tree, stopped)
    held = {row[0] for row in tree.database.execute("SELECT submission_id FROM jobs WHERE state = 'leased'")}
    assert held
    tree.worker("w2")
    tree.wait_until(JUDGED, SUBMISSIONS)
    stopped.send_signal(signal.SIGCONT)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while {note["submission_id"] for note in tree.notes("w1") if note["event"] == "fenced"} != held:
        assert time.monotonic() < deadline, tree.notes("w1")
        time.sleep(0.01)
    check_that_all_is_well(tree)


def test_a_worker_told_to_stop_gives_back_what_it_cannot_finish(tree: Tree) -> None:
    leaving = tree.worker("w1", judging_seconds=60)
    assert tree.submitter().wait(timeout=PATIENCE_SECONDS) == 0
    tree.wait_until(LEASED, 4)
    leaving.terminate()
    assert leaving.wait(timeout=PATIENCE_SECONDS) == 0
    assert [note["event"] for note in tree.notes("w1")] == ["released"] * 4
    assert tree.count("SELECT max(attempt) FROM jobs WHERE state = 'pending'") == 0
    tree.worker("w2")
    tree.wait_until(JUDGED, SUBMISSIONS)
    check_that_all_is_well(tree)
