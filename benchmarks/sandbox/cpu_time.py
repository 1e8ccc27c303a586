"""The CPU time that is reported for the same program, on idle processors and on busy ones.

A verdict near the limit must not depend on what else the machine does. Idle and loaded runs take turns; the
load is one endless loop a processor, stopped while it is not its turn.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
import os
from pathlib import Path
import signal
from statistics import median, quantiles
import subprocess
import tempfile

from assay.sandbox import BlockingSlot, Status
from benchmarks.sandbox.cells import command, measured_cell
from benchmarks.sandbox.peers.peer import Sink
from benchmarks.sandbox.programs import WORK, build_c
from benchmarks.sandbox.report import Figure, Report
from benchmarks.sandbox.sampling import Spread, Turn, in_turns

ROUNDS = 60
MEDIAN_PERCENT_MAX = 3.0
P95_PERCENT_MAX = 8.0
LOAD = "int main(void) { for (volatile unsigned i = 0;; i++) ; }\n"


def main(report: Report) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-bench-")))
        work, load = build_c(folder / "work", WORK), build_c(folder / "load", LOAD)
        cell = stack.enter_context(measured_cell(slots=1))
        slot = stack.enter_context(cell.client.slot())
        slot.put("work", work.read_bytes(), executable=True)
        hogs = stack.enter_context(stopped_hogs(load))
        turns = {
            "idle": Turn(measure=lambda: reported_ms(slot)),
            "loaded": Turn(measure=lambda: under_load(hogs, slot)),
        }
        samples = in_turns(turns, rounds=ROUNDS)
    report.say("CPU ms reported for the same program: median (p10 to p90)")
    for name, values in samples.items():
        report.say(f"  {name:20} {Spread.of(values)!s}")
    report.tables["cpu_time: ms"] = samples
    expected = median(samples["idle"])
    off = [100 * abs(value / expected - 1) for value in samples["loaded"]]
    alone = [100 * abs(value / expected - 1) for value in samples["idle"]]
    report.say(f"  the idle runs themselves are off their median by {quantiles(alone, n=20)[-1]:.1f} % (p95)")
    for name, value, bound in (
        ("median", 100 * abs(median(samples["loaded"]) / expected - 1), MEDIAN_PERCENT_MAX),
        ("p95", quantiles(off, n=20)[-1], P95_PERCENT_MAX),
    ):
        report.add(
            Figure(
                part="cpu_time",
                name=f"CPU time under load, off the idle median: {name}",
                value=value,
                unit="%",
                at_most=bound,
            )
        )


def reported_ms(slot: BlockingSlot) -> float:
    sink = Sink()
    try:
        facts = slot.run(command(("/box/work",)), stdin=sink.null, stdout=sink.stdout, stderr=sink.stderr)
    finally:
        sink.close()
    if facts.status is not Status.EXITED or facts.exit_code != 0:
        raise RuntimeError(f"the cell did not run it: {facts}")
    return facts.cpu_time_us / 1e3


def under_load(hogs: list[int], slot: BlockingSlot) -> float:
    for pid in hogs:
        os.kill(pid, signal.SIGCONT)
    try:
        return reported_ms(slot)
    finally:
        for pid in hogs:
            os.kill(pid, signal.SIGSTOP)


@contextmanager
def stopped_hogs(load: Path) -> Iterator[list[int]]:
    """One a processor."""
    hogs = [subprocess.Popen([load]) for _ in range(os.cpu_count() or 1)]
    try:
        for hog in hogs:
            hog.send_signal(signal.SIGSTOP)
        yield [hog.pid for hog in hogs]
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
