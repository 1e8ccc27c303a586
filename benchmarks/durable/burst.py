"""Two thousand submissions at once into an idle installation with four workers, each of which takes 50 ms.

Every other one is of one eager user, the rest of a hundred others. In fair order all of the others' are begun
when half of all are, and one more for each turn that they take with the eager one. Ideal is what the judging
took, shared by four: a loop's clock, which has whole milliseconds, makes it somewhat more than 50 ms each.
"""

from collections.abc import Sequence
import os
from threading import Thread
import time

from assay.operate.privileges import choose_identity
from benchmarks.durable.doors import Doors, open_doors
from benchmarks.durable.load import USERS, Wanted, load
from benchmarks.durable.outcomes import users_of
from benchmarks.durable.worker import Worker, workers

SUBMISSIONS = 2000
CONNECTIONS = 500
WORKERS = 4
JUDGING_SECONDS = 0.05
P95_MS_ASKED = 600
DRAIN_ASKED = 1.05
PROCESSES = {"sqlite": 1, "postgresql": 2}


def main() -> None:
    print(f"               p95 ms (asked {P95_MS_ASKED})      drained, of the ideal (asked {DRAIN_ASKED})")
    print("store       accepted  p95 ms      s  ideal s  ratio  others begun after (fair)  out of turn")
    for kind, processes in PROCESSES.items():
        with (
            open_doors(kind, processes=processes) as doors,
            workers(
                WORKERS,
                slots=1,
                judging_seconds=JUDGING_SECONDS,
                settings={"ASSAY_DATABASE_URL": doors.database_url, "ASSAY_DATA_DIR": str(doors.data_dir)},
                identity=choose_identity(os.environ, None),  # as the doors are
            ) as started,
        ):
            print(_measure(kind, doors, started))


def _measure(kind: str, doors: Doors, started: Sequence[Worker]) -> str:
    judged: list[tuple[float, float, str]] = []
    readers = [Thread(target=_read, args=(process, judged)) for process in started]
    for reader in readers:
        reader.start()
    seen = load(Wanted(urls=doors.urls, connections=min(CONNECTIONS, SUBMISSIONS), burst=SUBMISSIONS))
    while len(judged) < seen.accepted:
        time.sleep(0.1)
    order = sorted(judged)
    seconds = max(ended for _, ended, _ in order) - order[0][0]
    ideal = sum(ended - began for began, ended, _ in order) / WORKERS
    user_of = users_of(doors)
    others, late = _fairness([user_of[submission_id] for _, _, submission_id in order])
    for process in started:
        process.terminate()
    for reader in readers:
        reader.join()
    return (
        f"{kind:11} {seen.accepted:8,} {seen.p95:7.0f} {seconds:6.1f} {ideal:8.1f} {seconds / ideal:6.3f}"
        f" {others:17.1%} {_fair_share():7.1%} {late:12.1%}"
    )


def _read(process: Worker, judged: list[tuple[float, float, str]]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        submission_id, began, ended = line.split()
        judged.append((float(began), float(ended), submission_id))


def _fair_share() -> float:
    """Where the last of the others' is, if each turn takes one of everybody's, the eager user's too."""
    others = USERS // 5
    turns = SUBMISSIONS // 2 / others
    return (SUBMISSIONS / 2 + turns) / SUBMISSIONS


def _fairness(users: Sequence[str]) -> tuple[float, float]:
    """After which share of all the last of the others' was begun, and how many of these later than in turn.

    In turn: the n-th of a user before anybody's (n + 2)-th; the first come before the rest are there.
    """
    last = max(position for position, user in enumerate(users, 1) if user != "eager")
    counts: dict[str, int] = {}
    late = 0
    ahead = 0
    for user in users:
        counts[user] = counts.get(user, 0) + 1
        ahead = max(ahead, counts[user])
        late += user != "eager" and counts[user] + 2 < ahead
    return last / len(users), late / len(users)
