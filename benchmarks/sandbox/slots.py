"""Slots: the CPU time that making one takes, the memory that an idle one takes, and many running at once."""

import asyncio
from contextlib import ExitStack
import os
from pathlib import Path
import tempfile
import time

from assay.sandbox import Cell, Facts, Status
from benchmarks.idle import process_tree, pss_mb
from benchmarks.sandbox.cells import Measured, command, limits, measured_cell
from benchmarks.sandbox.programs import GATED, build_c
from benchmarks.sandbox.report import Figure, Report
from benchmarks.sandbox.sampling import Spread

BATCHES = 8
BATCH = 25
CREATION_CPU_MS_MAX = 4.0
IDLE = 500
IDLE_MB_MAX = 2.0
AT_ONCE = 120
AT_ONCE_SECONDS_MAX = 300.0  # past this one of them hangs
SETTLE_SECONDS_MAX = 60.0
QUIET_SECONDS = 0.3
OUTPUT_BYTES = 10_000
KINDS = {  # how a program ends -> what its facts must say
    "exit": Status.EXITED,
    "abort": Status.SIGNALLED,
    "memory": Status.MEMORY,
    "cpu": Status.CPU_TIME,
    "output": Status.OUTPUT,
}


def main(report: Report) -> None:
    creation(report)
    idle(report)
    asyncio.run(at_once(report))


def settle(cell: Measured, processes: int) -> None:
    """Wait until the cell has so many processes and does nothing more."""
    deadline = time.monotonic() + SETTLE_SECONDS_MAX
    while time.monotonic() < deadline:
        before = cell.group.cpu_ms()
        time.sleep(QUIET_SECONDS)
        if len(process_tree(cell.process.pid)) == processes and cell.group.cpu_ms() - before < 1:
            return
    raise TimeoutError(f"the cell has {len(process_tree(cell.process.pid))} processes, not {processes}")


def creation(report: Report) -> None:
    """CPU time of the cell's cgroup while slots are taken, thrown away and made again."""
    with measured_cell(slots=2) as cell:
        settle(cell, 1 + 2 + 1)
        samples = []
        for _ in range(BATCHES):
            before = cell.group.cpu_ms()
            for _ in range(BATCH):
                cell.client.slot().close()
            settle(cell, 1 + 2 + 1)
            samples.append((cell.group.cpu_ms() - before) / BATCH)
    spread = Spread.of(samples)
    report.say(f"CPU ms a slot made and thrown away, {BATCHES} batches of {BATCH}: {spread!s}")
    report.say("  (of the cell's cgroup; the kernel's own threads tidy up after it and count for nobody)")
    report.add(
        Figure(
            part="slots",
            name="slot creation",
            value=spread.median,
            unit="ms CPU",
            at_most=CREATION_CPU_MS_MAX,
        )
    )


def idle(report: Report) -> None:
    """Proportional memory of all processes, and what the kernel holds for them."""
    with measured_cell(slots=IDLE, spare_slots=0) as cell:
        settle(cell, 1 + IDLE)
        pss = sum(pss_mb(pid) for pid in process_tree(cell.process.pid))
        kernel = cell.group.kernel_bytes() / 1e6
        charged = cell.group.memory_bytes() / 1e6
    report.say(
        f"{IDLE} idle slots: {pss:.0f} MB in processes (PSS), {kernel:.0f} MB in the kernel; "
        f"{charged:.0f} MB charged to the cgroup in all"
    )
    report.add(
        Figure(
            part="slots",
            name=f"one of {IDLE} idle slots: PSS + kernel memory",
            value=(pss + kernel) / IDLE,
            unit="MB",
            at_most=IDLE_MB_MAX,
        )
    )


async def at_once(report: Report) -> None:
    """All start, say so, and wait for one another; then each ends in its own way."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-bench-")))
        program = build_c(folder / "gated", GATED).read_bytes()
        cell = stack.enter_context(measured_cell(slots=AT_ONCE))
        begin = time.perf_counter()
        gate, opener = os.pipe()
        signs, sign = os.pipe()
        runs = [
            asyncio.create_task(one(cell.socket_path, program, number, gate, sign))
            for number in range(AT_ONCE)
        ]
        async with asyncio.timeout(AT_ONCE_SECONDS_MAX):
            started = 0
            while started < AT_ONCE and not any(run.done() for run in runs):
                started += len(await asyncio.to_thread(os.read, signs, AT_ONCE))
            all_running = 1e3 * (time.perf_counter() - begin)
            os.close(opener)
            ended = await asyncio.gather(*runs)
        for fd in (gate, signs, sign):
            os.close(fd)
    wrong = [words for words in ended if words]
    for words in wrong[:10]:
        report.say(f"  wrong: {words}")
    report.say(
        f"{started} of {AT_ONCE} ran at once after {all_running:.0f} ms, in {len(KINDS)} ways to end; "
        f"all had ended after {1e3 * (time.perf_counter() - begin):.0f} ms"
    )
    report.add(
        Figure(
            part="slots",
            name=f"{AT_ONCE} running at once: ended with the right facts",
            value=AT_ONCE - len(wrong) if started == AT_ONCE else None,
            unit="runs",
            at_least=AT_ONCE,
        )
    )


async def one(socket_path: Path, program: bytes, number: int, gate: int, sign: int) -> str:
    """One of the many. What was wrong with it, in words; "" if nothing."""
    kind = list(KINDS)[number % len(KINDS)]
    asked = command(
        ("/box/gated", kind, str(number)),
        limits=limits(
            cpu_time_ms=300, wall_time_ms=200_000, memory_bytes=64 << 20, stdout_bytes=OUTPUT_BYTES
        ),
    )
    out = os.memfd_create("stdout", os.MFD_CLOEXEC)
    try:
        async with Cell(socket_path).slot() as slot:
            await slot.put("gated", program, executable=True)
            facts = await slot.run(asked, stdin=gate, stdout=out, stderr=sign)
        return judge(kind, number, facts, os.pread(out, os.fstat(out).st_size, 0))
    finally:
        os.close(out)


def judge(kind: str, number: int, facts: Facts, out: bytes) -> str:
    said = f"{number}\n".encode()
    right = (
        facts.status is KINDS[kind]
        and (out == said if kind != "output" else out.startswith(said) and len(out) == OUTPUT_BYTES)
        and (kind != "exit" or facts.exit_code == number % 100)
        and (kind != "abort" or facts.signal == 6)
        and facts.stderr_bytes == 1
    )
    return "" if right else f"number {number}, {kind}: {facts}, printed {out[:50]!r}"
