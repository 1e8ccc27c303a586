"""A long life amid deaths: `make soak`, SOAK_S=1800.

    two doors, two workers with sandboxes, two relays ─▶ PostgreSQL and a standby, Redis, S3

Mixed submissions, always as many under way; each `KILL_SECONDS` one process dies: of the second of each role,
or the broker with all that it had. The first of each role lives through it all, and is weighed. In the end
everything accepted has one judgement, the right one, and nobody has grown.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
import os
from pathlib import Path
import random
import signal
from statistics import median
import sys
import threading
import time

import httpx

from assay.adapters.memory.results import COUNT_MAX
from tests.chaos.member import Member, Role
from tests.chaos.tree import Tree, running_tree
from tests.processes import children_of
from tests.product.running import EXAMPLES, import_examples

SECONDS = 1800
KILL_SECONDS = 20.0
LOOK_SECONDS = 2.0
CLIENTS = 6
WARM_SHARE = 0.2  # of the time: what is read, compiled and connected once, is by then;
WARM_SUBMISSIONS = 5 * COUNT_MAX // 4  # and by then each door keeps as many results as it ever does
WARM_SHARE_MAX = 0.6  # or what is left is too short to see anything grow
WINDOW_SHARE = 0.2  # of the time after that, over which a weight is a median
GROWTH_MAX = 0.05
DRAIN_SECONDS_MAX = 180.0
PROBLEM = "lanterns"
ROLES = (Role.DOORS, Role.DOORS, Role.WORKER, Role.WORKER, Role.RELAY, Role.RELAY)
MIX = (
    ("accepted/sum.py", "python3", "AC"),
    ("accepted/sum.c", "c", "AC"),
    ("accepted/sum.sh", "bash", "AC"),
    ("wrong_answer/counts_the_count.py", "python3", "WA"),
    ("wrong_answer/thirty_two_bits.c", "c", "WA"),
    ("run_time_error/gives_up.sh", "bash", "RTE"),
    ("compiler_error/unbalanced.py", "python3", "CE"),
)


class Clients:
    """They send, and follow what they sent to its end, until told to stop."""

    def __init__(self, tree: Tree) -> None:
        self.expected: dict[str, str] = {}  # by identity: the verdict
        self.refused: Counter[str] = Counter()
        self.warm_at: float | None = None
        self.stopping = threading.Event()
        self._tree = tree
        self._numbers = count()
        self._chance = random.Random(2)  # noqa: S311 - chosen, not guarded
        self._programs = [
            (EXAMPLES / PROBLEM / "submissions" / name, language, verdict) for name, language, verdict in MIX
        ]

    def work(self) -> None:
        while not self.stopping.is_set():
            number = next(self._numbers)
            program, language, verdict = self._programs[number % len(self._programs)]
            body = {
                "problem_id": PROBLEM,
                "language": language,
                "source": f"{program.read_text()}\n{_comment(language)} {number}\n",
            }
            accepted = self._until_answered(partial(self._submit, number, body), 202)
            if accepted is not None:
                self.expected[accepted["id"]] = verdict
                if len(self.expected) >= WARM_SUBMISSIONS and self.warm_at is None:
                    self.warm_at = time.monotonic()
                self._follow(accepted["id"])

    def _submit(self, number: int, body: Mapping[str, str], door: Member) -> httpx.Response:
        return httpx.post(
            f"{door.url}/api/v1/submissions", json=body, headers={"Idempotency-Key": f"soak-{number}"},
            timeout=5, trust_env=False,
        )  # fmt: skip

    def _follow(self, identity: str) -> None:
        def look(door: Member) -> httpx.Response:
            url = f"{door.url}/api/v1/submissions/{identity}"
            return httpx.get(url, timeout=5, trust_env=False)

        while not self.stopping.is_set():
            found = self._until_answered(look, 200)
            if found is None:
                return
            if found["status"] in ("judged", "failed"):
                self._see_everywhere(look, found["verdict"])
                return
            self.stopping.wait(0.1)

    def _see_everywhere(self, look: Callable[[Member], httpx.Response], verdict: str) -> None:
        """All doors show the same, and keep it: so the memory of each fills as fast as there are results."""
        for door in self._tree.doors:
            with suppress(httpx.TransportError):
                answer = look(door)
                assert answer.status_code == 503 or answer.json()["verdict"] == verdict, answer.text

    def _until_answered(self, ask: Callable[[Member], httpx.Response], status: int) -> dict[str, str] | None:
        """What the one door or the other says; None when told to stop before that."""
        while not self.stopping.is_set():
            for door in self._tree.doors[:: self._chance.choice((1, -1))]:
                try:
                    answer = ask(door)
                except httpx.TransportError as error:
                    self.refused[type(error).__name__] += 1
                else:
                    if answer.status_code == status:
                        said: dict[str, str] = answer.json()
                        return said
                    assert answer.status_code in (409, 503), answer.text
                    self.refused[str(answer.status_code)] += 1
                self.stopping.wait(0.1)
        return None


class Reaper:
    """Who dies next is left to chance."""

    def __init__(self, tree: Tree) -> None:
        self.killed: Counter[str] = Counter()
        self._tree = tree
        self._chance = random.Random(1)  # noqa: S311 - chosen, not guarded

    def strike(self) -> None:
        whom = self._chance.choice(("doors", "relay", "worker's server", "worker", "cell", "broker"))
        self.killed[whom] += 1
        print(f"  killed: {whom}", flush=True)
        match whom:
            case "broker":
                self._tree.broker.stop()
                time.sleep(1)
                self._tree.broker.start()
            case "doors":
                self._tree.signal(self._tree.of(Role.DOORS)[1], signal.SIGKILL)
            case "relay":
                self._tree.signal(self._tree.of(Role.RELAY)[1], signal.SIGKILL)
            case "worker's server":
                self._tree.signal(self._tree.of(Role.WORKER)[1], signal.SIGKILL)
            case _:
                self._strike_child(self._tree.of(Role.WORKER)[1], whom)

    def _strike_child(self, member: Member, whom: str) -> None:
        member.may_end = True  # without its cell a server ends
        for pid in children_of(member.pid):
            if part_of(pid) == whom:
                os.kill(pid, signal.SIGKILL)
                return


def part_of(pid: int) -> str:
    """What a process below a worker's server is."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return ""
    if b"assay.cli.worker" in command:
        return "worker"
    return "cell" if b"cell\0serve" in command else ""


@dataclass(frozen=True, kw_only=True)
class Weight:
    at: float
    name: str
    kb: int


def weigh(tree: Tree) -> list[Weight]:
    """Those that nobody kills."""
    doors, relay, worker = (tree.of(role)[0].pid for role in (Role.DOORS, Role.RELAY, Role.WORKER))
    named = [(doors, "doors"), (relay, "relay"), (worker, "worker's server")]
    named += [(pid, part_of(pid)) for pid in children_of(worker)]
    return [Weight(at=time.monotonic(), name=name, kb=rss_kb(pid)) for pid, name in named if name]


def rss_kb(pid: int) -> int:
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0])


def growth(weights: Sequence[Weight], name: str, warm: float, end: float) -> tuple[float, float]:
    """MB when all was warm, and in the end."""
    of_it, window = [each for each in weights if each.name == name], WINDOW_SHARE * (end - warm)
    early = [each.kb for each in of_it if warm <= each.at <= warm + window]
    late = [each.kb for each in of_it if each.at >= end - window]
    return median(early) / 1024, median(late) / 1024


def main(seconds: float) -> int:
    with ExitStack() as stack:
        os.environ["ASSAY_ATTACK_GATE"] = "off"  # who is killed all the time is not attacked at each start
        tree = stack.enter_context(running_tree(roles=ROLES, judges=True))
        import_examples(tree.directory / "setter", [PROBLEM], environment=tree.environment)
        clients, reaper, weights = Clients(tree), Reaper(tree), list[Weight]()
        with ThreadPoolExecutor(CLIENTS) as threads:
            working = [threads.submit(clients.work) for _ in range(CLIENTS)]
            begin = time.monotonic()
            try:
                live(tree, reaper, weights, working, end=begin + seconds)
            finally:
                clients.stopping.set()
            for each in working:
                each.result()
        is_right = drain_and_check(tree, clients.expected)
        return report(clients, reaper, weights, is_right=is_right)


def live(
    tree: Tree, reaper: Reaper, weights: list[Weight], working: Sequence[Future[None]], *, end: float
) -> None:
    next_strike = time.monotonic() + KILL_SECONDS
    while time.monotonic() < end:
        tree.keep_running()
        for each in working:
            if each.done():
                each.result()
        weights += weigh(tree)
        if time.monotonic() > next_strike:
            next_strike += KILL_SECONDS
            reaper.strike()
        time.sleep(LOOK_SECONDS)


def drain_and_check(tree: Tree, expected: Mapping[str, str]) -> bool:
    """What was accepted has one judgement, the right one; nothing else was recorded."""
    waiting = "SELECT count(*) FROM jobs WHERE state IN ('pending', 'leased')"
    deadline = time.monotonic() + DRAIN_SECONDS_MAX
    while int(tree.sql(waiting)) and time.monotonic() < deadline:
        tree.keep_running()
        time.sleep(1)
    rows = tree.sql(
        "SELECT s.id || ' ' || coalesce(s.verdict, '-') || ' ' || count(j.id)"
        "  FROM submissions AS s LEFT JOIN judgements AS j ON j.submission_id = s.id GROUP BY s.id"
    )
    found = {row.split()[0]: row.split()[1:] for row in rows.splitlines()}
    wrong = {
        identity: (verdict, found.get(identity))
        for identity, verdict in expected.items()
        if found.get(identity) != [verdict, "1"]
    }
    unasked = len(found.keys() - expected.keys())  # sent in the last moment, and the answer was lost
    for identity, (verdict, got) in wrong.items():
        print(f"  WRONG {identity}: {verdict} expected, found {got}")
    print(f"accepted {len(expected)}, lost, doubled or different {len(wrong)}, unanswered {unasked}")
    return not wrong and unasked <= CLIENTS


def report(clients: Clients, reaper: Reaper, weights: Sequence[Weight], *, is_right: bool) -> int:
    """A table, and 0 when all is well."""
    print(f"killed: {dict(reaper.killed)}; answers that clients did not get: {dict(clients.refused)}")
    begin, end = weights[0].at, weights[-1].at
    is_warm = clients.warm_at is not None and clients.warm_at < begin + WARM_SHARE_MAX * (end - begin)
    if not is_warm:
        print(
            f"too short to tell: the doors remember ever more until {WARM_SUBMISSIONS} submissions were made"
        )
    warm = max(begin + WARM_SHARE * (end - begin), (clients.warm_at or 0) if is_warm else 0)
    print(f"{'process':<18}{'warm, MB':>10}{'at the end':>12}{'growth':>9}")
    has_grown = False
    for name in dict.fromkeys(each.name for each in weights):
        before, after = growth(weights, name, warm, end)
        share = after / before - 1
        is_too_much = is_warm and share > GROWTH_MAX
        has_grown |= is_too_much
        print(f"{name:<18}{before:>10.1f}{after:>12.1f}{share:>8.1%}{'  TOO MUCH' * is_too_much}")
    return 0 if is_right and not has_grown else 1


def _comment(language: str) -> str:
    return "//" if language == "c" else "#"


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
