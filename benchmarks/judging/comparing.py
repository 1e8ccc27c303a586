"""How fast outputs are compared, and in how much memory: 100 MB of each kind, and 1 GB of one.

Speed is the output's size over the time of one comparison, the best of `ROUNDS`; in CPU time, too, which a
busy machine changes less. Memory is by how much the process has grown at the peak of comparing, what is left
of making the files included.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import time

from assay.domain.problem import ComparisonMethod, OutputComparison
from assay.judging.compare import find_difference

MEGABYTE = 10**6
TOTAL_BYTES = 100 * MEGABYTE
LARGE_BYTES = 1000 * MEGABYTE
MEGABYTES_PER_SECOND_MIN = 400.0
MEMORY_MB_MAX = 32.0
ROUNDS = 3
NUMBERS = 100_000
TOKENS = OutputComparison()
FLOATS = OutputComparison(float_absolute_tolerance=1e-6, float_relative_tolerance=1e-6)


def _by(method: ComparisonMethod) -> OutputComparison:
    return OutputComparison(method=method, case_sensitive=True)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is compared: blocks that output and answer are repetitions of. `has_target`: it must be as fast
    as the target says."""

    comparison: OutputComparison
    output: Callable[[], bytes]
    answer: Callable[[], bytes]
    has_target: bool = False
    tail: bytes = b""
    total_bytes: int = TOTAL_BYTES


def _scattered() -> Iterator[int]:
    """Numbers of up to nine digits, no two alike and in no order: multiples of a prime, modulo 10^9."""
    return (number * 715_225_739 % 10**9 for number in range(1, NUMBERS + 1))


def _lines(end: bytes = b"\n") -> bytes:
    return b"".join(b"%d%s" % (number, end) for number in _scattered())


def _floats(digits: int) -> bytes:
    return b"".join(b"%.*f\n" % (digits, number / 10**6) for number in _scattered())


def _reversed_lines() -> bytes:
    return b"".join(reversed(_lines().splitlines(keepends=True)))


KINDS = {
    "equal": Kind(comparison=TOKENS, output=_lines, answer=_lines, has_target=True),
    "equal, 1 GB": Kind(
        comparison=TOKENS, output=_lines, answer=_lines, has_target=True, total_bytes=LARGE_BYTES
    ),
    "blank lines at the end": Kind(
        comparison=TOKENS, output=_lines, answer=_lines, has_target=True, tail=b"\n \n"
    ),
    "CRLF": Kind(comparison=TOKENS, output=lambda: _lines(b"\r\n"), answer=_lines, has_target=True),
    "a space before each newline": Kind(
        comparison=TOKENS, output=lambda: _lines(b" \n"), answer=_lines, has_target=True
    ),
    "one line instead of many": Kind(comparison=TOKENS, output=lambda: _lines(b" "), answer=_lines),
    "numbers, other digits": Kind(comparison=FLOATS, output=lambda: _floats(7), answer=lambda: _floats(6)),
    "lines of tokens, CRLF": Kind(
        comparison=_by(ComparisonMethod.LINES_OF_TOKENS), output=lambda: _lines(b"\r\n"), answer=_lines
    ),
    "sorted lines": Kind(
        comparison=_by(ComparisonMethod.SORTED_LINES), output=_reversed_lines, answer=_lines
    ),
    "sorted tokens": Kind(
        comparison=_by(ComparisonMethod.SORTED_TOKENS), output=_reversed_lines, answer=_lines
    ),
    "characters": Kind(comparison=_by(ComparisonMethod.CHARACTERS), output=_reversed_lines, answer=_lines),
    "share of lines": Kind(
        comparison=_by(ComparisonMethod.LINE_SHARE), output=lambda: _lines(b" \n"), answer=_lines
    ),
}


def main() -> None:
    """Each kind in a process of its own, whose peak memory is then that kind's."""
    for name in KINDS:
        subprocess.run([sys.executable, "-m", __name__, name], check=True)


@contextmanager
def _file(block: bytes, total_bytes: int, tail: bytes) -> Iterator[int]:
    """On the disk, as test data is, but read from the page cache."""
    with tempfile.TemporaryFile() as file:
        for _ in range(total_bytes // len(block)):
            file.write(block)
        file.write(tail)
        file.flush()
        yield file.fileno()


def _memory_bytes(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"/proc/self/status has no {name}")


def compare(name: str) -> None:
    before = _memory_bytes("VmRSS")
    kind = KINDS[name]
    answer = kind.answer()
    total_bytes = kind.total_bytes // len(answer) * len(answer)
    output = kind.output()
    repetitions = total_bytes // len(answer)
    with (
        _file(output, repetitions * len(output), kind.tail) as output_fd,
        _file(answer, total_bytes, b"") as answer_fd,
    ):
        Path("/proc/self/clear_refs").write_text("5")  # proc(5): "reset the peak resident set size"
        walls, cpus = [], []
        for _ in range(ROUNDS):
            wall, cpu = time.perf_counter(), time.process_time()
            difference = find_difference(output_fd, answer_fd, kind.comparison)
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
            assert difference is None, difference
        grown_mb = (_memory_bytes("VmHWM") - before) / MEGABYTE
        size_mb = os.fstat(output_fd).st_size / MEGABYTE
    target = f" of {MEGABYTES_PER_SECOND_MIN:.0f} at least" if kind.has_target else ""
    print(
        f"{name:28} {size_mb / min(walls):6.0f} MB/s{target} ({size_mb / min(cpus):.0f} per second of CPU), "
        f"{grown_mb:4.1f} MB of {MEMORY_MB_MAX:.0f} allowed",
        flush=True,
    )


if __name__ == "__main__":
    compare(sys.argv[1])
