"""The judge's own overhead: submit → verdict over HTTP on an idle server, minus the same work done raw.

Raw is the same compile command and the same ten runs as plain child processes, without sandbox, limits,
queue, database or comparison. Both are measured in turns in one run. Less than nothing is no mistake: the
judge starts an interpreter once for all tests, and makes the next run while it compares.
"""

from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
import subprocess
import tempfile
import time

from benchmarks.subject import CPP, PYTHON, TESTS, Subject, running_subject

ROUNDS = 15
OVERHEAD_MS_MAX = 60.0


def main() -> None:
    with running_subject() as subject:
        for language, source, raw in (("cpp", CPP, raw_cpp), ("python3", PYTHON, raw_python)):
            judged, rawly = measure(subject, language, source, raw)
            overhead = median(judged) - median(rawly)
            p90 = quantiles(judged, n=10)[-1]
            print(
                f"{language:8} judged {median(judged):6.1f} ms (p90 {p90:.1f}), raw {median(rawly):6.1f} ms, "
                f"overhead {overhead:5.1f} ms of {OVERHEAD_MS_MAX:.0f} allowed, "
                f"ratio {median(judged) / median(rawly):.2f}"
            )


def measure(
    subject: Subject, language: str, source: str, raw: Callable[[Path, str], None]
) -> tuple[list[float], list[float]]:
    """Milliseconds of each round, judged and raw."""
    judged, rawly = [], []
    for number in range(-2, ROUNDS):
        unlike_the_last = f"{source}{'//' if language == 'cpp' else '#'} {number}\n"
        begin = time.perf_counter()
        final = subject.verdict_of(subject.submit(language, unlike_the_last))
        middle = time.perf_counter()
        assert final["verdict"] == "AC", final
        with tempfile.TemporaryDirectory() as folder:
            begin_raw = time.perf_counter()
            raw(Path(folder), unlike_the_last)
            end_raw = time.perf_counter()
        if number >= 0:  # the first rounds warm the caches of both
            judged.append(1000 * (middle - begin))
            rawly.append(1000 * (end_raw - begin_raw))
    return judged, rawly


def raw_cpp(folder: Path, source: str) -> None:
    (folder / "main.cpp").write_text(source)
    command = ["/usr/bin/g++", "-std=gnu++20", "-O2", "-o", "main", "main.cpp"]
    subprocess.run(command, cwd=folder, check=True)
    run_all([str(folder / "main")])


def raw_python(folder: Path, source: str) -> None:
    (folder / "main.py").write_text(source)
    subprocess.run(["/usr/bin/python3", "-m", "py_compile", "main.py"], cwd=folder, check=True)
    run_all(["/usr/bin/python3", str(folder / "main.py")])


def run_all(command: list[str]) -> None:
    for test in range(TESTS):
        done = subprocess.run(command, input=f"{test} {test * 7}\n".encode(), capture_output=True, check=True)
        assert int(done.stdout) == test * 8
