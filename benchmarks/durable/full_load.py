"""As many submissions as are taken, by wrk: a client in Python takes as much of a machine as a door does."""

from collections.abc import Sequence
import json
from pathlib import Path
import resource
import subprocess
from urllib.parse import urlsplit

from benchmarks.durable.load import USERS, Answered, submission_body

_SCRIPT = Path(__file__).with_name("full_load.lua")


def full_load(urls: Sequence[str], *, connections: int, seconds: float) -> Answered:
    """Each of so many kept connections sends its next submission as soon as it has its answer."""
    places = [urlsplit(url) for url in urls]
    doors = [part for place in places for part in (place.hostname or "", str(place.port))]
    command = [
        "wrk", f"--threads={len(urls)}", f"--connections={connections}", f"--duration={seconds:.0f}s",
        f"--script={_SCRIPT}", urls[0], "--", submission_body("%s"), str(USERS), *doors,
    ]  # fmt: skip
    before = _cpu_seconds()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    spent = _cpu_seconds() - before
    told = json.loads(done.stdout.splitlines()[-1])
    if told["lost"]:
        raise RuntimeError(f"{told['lost']} requests had no answer")
    return Answered(
        accepted=told["answered"] - told["refused"],
        refused=told["refused"],
        seconds=told["seconds"],
        cpu_seconds=spent,
        p50=told["p50"],
        p95=told["p95"],
        p99=told["p99"],
    )


def _cpu_seconds() -> float:
    """Of children that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
