"""A long life: does anything of the supervisor grow over many runs? `make soak-sandbox`, RUNS=100000.

A slot serves `RUNS_A_SLOT` runs and is thrown away, as a submission's is. Now and then a run is killed for
its output. Counted is when nothing runs: at a tenth of the way, when all is warm, and then to the end.
"""

from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, fields
from pathlib import Path
import tempfile
import time

from assay.sandbox import Status
from benchmarks.idle import process_tree
from benchmarks.sandbox.cells import Measured, command, limits, measured_cell
from benchmarks.sandbox.peers.peer import Sink
from benchmarks.sandbox.programs import hello
from benchmarks.sandbox.report import Figure, Report

RUNS = 100_000
RUNS_A_SLOT = 100
CUT_EACH = 20  # one in so many runs is killed for a byte of output too many
LOOKS = 10
SLOTS = 2
SPARE = 1
SETTLE_SECONDS_MAX = 30.0
RECLAIM_SECONDS = 1.0  # what is given back is free when no processor can still be looking at it
RSS_GROWTH_KB_MAX = 64.0  # of a page here and there; a leak of one byte a run would be 90
KERNEL_GROWTH_KB_MAX = (
    1024.0  # per-processor batches and slabs in part used; one object a run would be thousands
)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the supervisor has, while nothing runs."""

    rss_kb: int
    fds: int
    cgroups: int
    mounts: int
    processes: int
    cache_kb: int  # kernel memory that was given back when asked for
    kernel_kb: int  # what remains of the kernel memory that the cell's cgroup is charged


def main(report: Report, runs: int) -> None:
    if runs < LOOKS * RUNS_A_SLOT:
        raise SystemExit(f"a soak of fewer than {LOOKS * RUNS_A_SLOT} runs says nothing")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-bench-")))
        program = hello(folder).file.read_bytes()
        cell = stack.enter_context(measured_cell(slots=SLOTS, spare_slots=SPARE))
        sink = stack.enter_context(closing(Sink()))
        looks = [look(cell)]
        say(report, 0, looks[0])
        begin = time.perf_counter()
        for part in range(1, LOOKS + 1):
            for _ in range(runs // LOOKS // RUNS_A_SLOT):
                one_slot(cell, program, sink)
            looks.append(look(cell))
            say(report, part * (runs // LOOKS), looks[-1])
        took = time.perf_counter() - begin
    report.say(f"{runs} runs in {took:.0f} s")
    report.tables["soak"] = [asdict(each) for each in looks]
    judge(report, looks[1], looks[-1])


def one_slot(cell: Measured, program: bytes, sink: Sink) -> None:
    """What a submission does: a slot, a file, its runs."""
    whole = command(("/box/hello",))
    cut = command(("/box/hello",), limits=limits(stdout_bytes=len(b"hello\n") - 1))
    with cell.client.slot() as slot:
        slot.put("hello", program, executable=True)
        for number in range(RUNS_A_SLOT):
            asked, expected = (cut, Status.OUTPUT) if number % CUT_EACH == 0 else (whole, Status.EXITED)
            facts = slot.run(asked, stdin=sink.null, stdout=sink.stdout, stderr=sink.stderr)
            out, _ = sink.take()
            if facts.status is not expected or out != b"hello\n"[: asked.limits.stdout_bytes]:
                raise RuntimeError(f"a wrong run: {facts}, printed {out!r}")


def look(cell: Measured) -> Look:
    """Wait until the last slot is replaced, then count."""
    supervisor = Path("/proc", str(cell.process.pid))
    deadline = time.monotonic() + SETTLE_SECONDS_MAX
    quiet = 0
    while quiet < 3 and time.monotonic() < deadline:  # else what is counted shows what has not ended
        time.sleep(0.1)
        quiet = quiet + 1 if len(process_tree(cell.process.pid)) == 1 + SLOTS + SPARE else 0
    charged = cell.group.kernel_bytes()
    cell.group.reclaim()
    time.sleep(RECLAIM_SECONDS)
    kernel = cell.group.kernel_bytes()
    status = (supervisor / "status").read_text()
    return Look(
        rss_kb=int(status.partition("VmRSS:")[2].split()[0]),
        fds=sum(1 for _ in (supervisor / "fd").iterdir()),
        cgroups=cell.group.groups_below(),
        mounts=len((supervisor / "mountinfo").read_text().splitlines()),
        processes=len(process_tree(cell.process.pid)),
        cache_kb=max(0, charged - kernel) // 1024,
        kernel_kb=kernel // 1024,
    )


def say(report: Report, runs: int, seen: Look) -> None:
    words = ", ".join(f"{field.name} {getattr(seen, field.name)}" for field in fields(seen))
    report.say(f"  after {runs:7}: {words}")


def judge(report: Report, first: Look, last: Look) -> None:
    for name, bound in (
        ("rss_kb", RSS_GROWTH_KB_MAX),
        ("fds", 0.0),
        ("cgroups", 0.0),
        ("mounts", 0.0),
        ("processes", 0.0),
        ("kernel_kb", KERNEL_GROWTH_KB_MAX),
    ):
        report.add(
            Figure(
                part="soak",
                name=f"growth of {name}",
                value=float(getattr(last, name) - getattr(first, name)),
                unit="",
                at_most=bound,
            )
        )
