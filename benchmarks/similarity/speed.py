"""All pairs of many submissions of 100 lines, by the command as it is typed: time and memory."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
import resource
import subprocess
import sys
from tempfile import TemporaryDirectory
import time

from benchmarks.similarity.classes import a_class

COUNTS = (1_250, 2_500, 5_000, 10_000)
_TASKS = 5  # of a problem: 100 lines
_PARTS = 25  # in which the authors of the one problem are made, by two processes
_SAMPLE_SECONDS = 0.05


def main() -> None:
    with TemporaryDirectory(prefix="assay-similarity-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        for count in COUNTS:
            place = folder / str(count)
            place.mkdir()
            lines = _write(place, count)
            used_before = _cpu_seconds()
            seconds, peak_bytes = _measured(place)
            used = _cpu_seconds() - used_before
            print(
                f"{count:>6} submissions of {lines / count:.0f} lines: {seconds:.1f} s, "
                f"{used:.1f} s of CPU, {used / count * 1000:.2f} ms each, {peak_bytes / 2**20:.0f} MiB"
            )
            sys.stdout.flush()


def _write(folder: Path, count: int) -> int:
    """Gives the lines of all."""
    parts = [(folder, part, count // _PARTS) for part in range(_PARTS)]
    with ProcessPoolExecutor(max_workers=2) as pool:
        return sum(pool.map(_write_part, parts))


def _write_part(what: tuple[Path, int, int]) -> int:
    folder, part, count = what
    made = a_class(
        "python3",
        f"speed {part}",
        authors=count,
        hows=("declarations",),
        copies_each=count // 50,
        tasks=_TASKS,
        problem_seed="speed",
    )
    lines = 0
    authors = count - len(made.copies)  # so that it is as many as asked for
    for each in (*made.submissions[:authors], *made.submissions[count:]):
        content = each.files[0].content
        (folder / f"{each.name}-{part}.py").write_bytes(content)
        lines += content.count(b"\n")
    return lines


def _measured(folder: Path) -> tuple[float, int]:
    """Seconds, and the most bytes that all processes had at once (PSS: what they share counts once)."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "assay", "similarity", "run", folder, "--json"], stdout=subprocess.DEVNULL
    ) as process:
        peak_bytes = 0
        while process.poll() is None:
            peak_bytes = max(peak_bytes, sum(_memory(pid) for pid in _tree(process.pid)))
            time.sleep(_SAMPLE_SECONDS)
    if process.returncode != 0:
        sys.exit(f"assay similarity run ended with {process.returncode}")
    return time.perf_counter() - began, peak_bytes


def _cpu_seconds() -> float:
    """Of all processes that have ended: on a busy machine this says more than the clock."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tree(root: int) -> Iterator[int]:
    yield root
    try:
        children = Path(f"/proc/{root}/task/{root}/children").read_text().split()
        threads = [each.name for each in Path(f"/proc/{root}/task").iterdir() if each.name != str(root)]
        for thread in threads:  # who started a child is a thread
            children += Path(f"/proc/{root}/task/{thread}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _tree(int(child))


def _memory(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)
