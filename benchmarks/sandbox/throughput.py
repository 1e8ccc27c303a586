"""Two at a time: how many static hellos a second two processes start raw, and two slots run in the cell.

Each of the two is a process of its own, so that Python's lock does not make them take turns.
    python -m benchmarks.sandbox.throughput FOLDER SOCKET|raw SECONDS
        says that it is ready, reads the moment to begin at, says how many it ran
"""

from contextlib import closing
from pathlib import Path
import subprocess
import sys
import tempfile
import time

from assay.sandbox import BlockingCell
from benchmarks.sandbox.cells import CellRunner, measured_cell
from benchmarks.sandbox.peers.peer import Peer
from benchmarks.sandbox.peers.raw import Raw
from benchmarks.sandbox.programs import Program, hello
from benchmarks.sandbox.report import Figure, Report
from benchmarks.sandbox.sampling import Spread, Turn, in_turns

PARALLEL = 2
ROUNDS = 12
SECONDS = 1.0
SOON_SECONDS = 0.05  # from when all are ready
SHARE_MIN = 0.55


def main(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as name, measured_cell(slots=PARALLEL) as cell:
        folder = Path(name)
        folder.chmod(0o755)
        hello(folder)
        turns = {
            "raw posix_spawn": Turn(measure=lambda: per_second(folder, "raw")),
            "cell": Turn(measure=lambda: per_second(folder, str(cell.socket_path))),
        }
        samples = in_turns(turns, rounds=ROUNDS, warm_up=1)
    spreads = {name: Spread.of(values) for name, values in samples.items()}
    report.say(f"hellos a second, {PARALLEL} at a time: median (p10 to p90)")
    for name, spread in spreads.items():
        report.say(f"  {name:20} {spread!s}")
    report.tables["throughput: hellos a second"] = {
        name: {"median": each.median, "p10": each.p10, "p90": each.p90} for name, each in spreads.items()
    }
    report.add(
        Figure(
            part="throughput",
            name=f"hello: {PARALLEL} parallel, cell ÷ raw throughput",
            value=100 * spreads["cell"].median / spreads["raw posix_spawn"].median,
            unit="%",
            at_least=100 * SHARE_MIN,
        )
    )


def per_second(folder: Path, how: str) -> float:
    """Let the workers begin at the same moment; what they did together."""
    command = [sys.executable, "-m", "benchmarks.sandbox.throughput", str(folder), how, str(SECONDS)]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(PARALLEL)
    ]
    ready = [worker.stdout is not None and worker.stdout.readline() == "ready\n" for worker in workers]
    begin = time.monotonic() + SOON_SECONDS
    counts = [worker.communicate(f"{begin}\n")[0] for worker in workers]
    if not all(ready) or any(worker.returncode for worker in workers):
        raise RuntimeError("a worker of the throughput benchmark failed; see above")
    return sum(map(int, counts)) / SECONDS


def work(folder: Path, how: str, seconds: float) -> int:
    """One worker: how many runs ended within the time."""
    program = hello(folder, compiled=True)
    if how == "raw":
        return count(Raw(), program, seconds)
    with closing(CellRunner("cell", BlockingCell(Path(how)), (program,))) as runner:
        return count(runner, program, seconds)


def count(peer: Peer, program: Program, seconds: float) -> int:
    peer.measure(program)
    print("ready", flush=True)
    begin = float(sys.stdin.readline())
    time.sleep(max(0.0, begin - time.monotonic()))
    done = 0
    while time.monotonic() < begin + seconds:
        peer.measure(program)
        done += 1
    return done


if __name__ == "__main__":
    print(work(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
