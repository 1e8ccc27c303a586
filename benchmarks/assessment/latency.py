"""Submit → scored, by the server's own clock: from the instant of acceptance to that of the recorded score.

`idle` has the machine for itself. `crowded` has 120 other programs in the sandbox at the same time, each of
which waits, as a program does that is blocked or that sleeps; programs that compute would share the cores.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
import secrets
from statistics import median, quantiles
import subprocess
import sys
from tempfile import TemporaryDirectory
import time
from typing import Any

import httpx

from assay.cli.child_server import child_server
from assay.settings import usable_cores

TARGET_MS = 380.0
ASSESSMENTS = 80  # of each language: enough for a 95th percentile that four of them decide
ASSESSMENTS_AMID = 40  # others, whose programs wait for no longer than the problem's tests let them
WARM_UPS = 3  # the first one loads the libraries
SANDBOXES = 120
OTHERS = 2  # servers that they are in
FIRST_UID = 64_000  # of the slots; those of other servers are other users
SECONDS_MAX = 60.0
PROBLEM = Path(__file__).resolve().parents[2] / "examples/lanterns"
PROGRAMS = {"python3": "sum.py", "javascript": "sum.js"}
TOKEN = secrets.token_hex(16)
WAITS = "import time\ninput()\ntime.sleep({seconds})\n"
WAIT_SECONDS = 4.0  # less than the elapsed time that the problem gives each test


@dataclass(frozen=True, kw_only=True)
class Took:
    """Milliseconds of one assessment: until it was judged, and until its score was recorded."""

    judged: float
    scored: float


def idle() -> None:
    """Nobody else."""
    with _running(slots=usable_cores()) as http:
        for language in PROGRAMS:
            _measure(http, language)


def crowded() -> None:
    """Beside 120 sandboxes with a program each, which are other servers': one has room for 102."""
    with ExitStack() as stack:
        http = stack.enter_context(_running(slots=usable_cores()))
        others = [
            stack.enter_context(_running(slots=SANDBOXES // OTHERS, first_uid=FIRST_UID * (2 + number)))
            for number in range(OTHERS)
        ]
        _warm_up(http)
        for language in PROGRAMS:
            with _crowd(others) as still_there:
                _measure(http, language, assessments=ASSESSMENTS_AMID)
                print(f"  {still_there()} of {SANDBOXES} programs are in their sandboxes at the end")


def _measure(http: httpx.Client, language: str, *, assessments: int = ASSESSMENTS) -> None:
    source = (PROBLEM / "submissions/accepted" / PROGRAMS[language]).read_text()
    for number in range(WARM_UPS):
        _assess(http, language, source, user=f"warm-up-{number}")
    took = [_assess(http, language, source, user=f"user-{number}") for number in range(assessments)]
    _tell(f"{language}: judged", [each.judged for each in took], None)
    _tell(f"{language}: scoring", [each.scored - each.judged for each in took], None)
    _tell(f"{language}: scored", [each.scored for each in took], TARGET_MS)


def _tell(what: str, milliseconds: list[float], target: float | None) -> None:
    p95 = quantiles(milliseconds, n=20)[-1]
    words = "" if target is None else f"  target p95 {target:.0f} ms: {'met' if p95 <= target else 'MISSED'}"
    print(
        f"  {what:20} p50 {median(milliseconds):6.1f}  p95 {p95:6.1f}  max {max(milliseconds):6.1f} ms{words}"
    )


def _warm_up(http: httpx.Client) -> None:
    for language, name in PROGRAMS.items():
        source = (PROBLEM / "submissions/accepted" / name).read_text()
        _assess(http, language, source, user="nobody")


def _assess(http: httpx.Client, language: str, source: str, *, user: str) -> Took:
    """One assessment; nobody asks for it while it is under way more often than need be."""
    url = _submit(http, language, f"{source}\n{_comment(language)} {user}\n", user_id=user, lane="assessment")
    deadline = time.monotonic() + SECONDS_MAX
    while (score := http.get(f"{url}/score").json())["status"] == "waiting":
        if time.monotonic() > deadline:
            sys.exit("an assessment was never scored")
        time.sleep(0.02)
    if score["status"] != "scored":
        sys.exit(f"an assessment was not scored: {score}")
    began = datetime.fromisoformat(http.get(url).json()["created_at"])
    (judgement,) = http.get(f"{url}/judgements").json()["items"]
    ends = (judgement["ended_at"], score["scored_at"])
    judged, scored = ((datetime.fromisoformat(end) - began).total_seconds() * 1000 for end in ends)
    return Took(judged=judged, scored=scored)


def _comment(language: str) -> str:
    """So that each is compiled and looked at anew."""
    return "#" if language == "python3" else "//"


def _submit(http: httpx.Client, language: str, source: str, **more: Any) -> str:
    body = {"problem_id": PROBLEM.name, "language": language, "source": source, **more}
    answer = http.post("/api/v1/submissions", json=body, headers={"Authorization": f"Bearer {TOKEN}"})
    answer.raise_for_status()
    return str(answer.json()["url"])


@contextmanager
def _crowd(others: Sequence[httpx.Client]) -> Iterator[Callable[[], int]]:
    """120 submissions whose programs wait on every test. Yields how many are in their sandboxes now."""
    waiting = WAITS.format(seconds=WAIT_SECONDS)
    urls = [
        (http, _submit(http, "python3", f"{waiting}# {number} {time.time_ns()}\n", judging="all-tests"))
        for http in others
        for number in range(SANDBOXES // len(others))
    ]

    def running() -> int:
        return sum(http.get(f"{url}/status").json()["status"] == "running" for http, url in urls)

    deadline = time.monotonic() + SECONDS_MAX
    while (count := running()) < SANDBOXES and time.monotonic() < deadline:
        time.sleep(0.5)
    print(f"  {count} of {SANDBOXES} programs are in their sandboxes")
    yield running
    for http, url in urls:  # the next crowd begins when this one has left
        while http.get(f"{url}/status").json()["status"] not in ("judged", "failed"):
            time.sleep(0.2)


@contextmanager
def _running(*, slots: int, first_uid: int = FIRST_UID) -> Iterator[httpx.Client]:
    with TemporaryDirectory(prefix="assay-bench-") as folder:
        data_dir = Path(folder) / "data"
        imported = [sys.executable, "-m", "assay", "problem", "import", str(PROBLEM)]
        imported += ["--data-dir", str(data_dir)]
        subprocess.run(imported, check=True, stdout=subprocess.DEVNULL)
        environment = {"ASSAY_OPERATOR_TOKEN": TOKEN, "ASSAY_FIRST_SLOT_UID": str(first_uid)}
        with (
            (Path(folder) / "log").open("ab") as log,
            child_server(data_dir, slots=slots, environment=environment, stderr=log) as server,
            httpx.Client(base_url=server.url, timeout=SECONDS_MAX, trust_env=False) as http,
        ):
            yield http
