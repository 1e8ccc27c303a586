"""A test of a gigabyte is judged without being read into memory, and so is a large output."""

from dataclasses import replace
from pathlib import Path

import pytest

from assay.domain.jury import DataRef
from assay.domain.verdict import Verdict
from tests.conftest import needs_root
from tests.contract.judging.whole import LIMITS, MIB, Setter

pytestmark = needs_root

INPUT_BYTES = 1 << 30
OUTPUT_BYTES = 100 * MIB
MEMORY_MB_MAX = 32
COUNTING = """
#include <stdio.h>
#include <string.h>
#include <unistd.h>
static char buffer[1 << 20];
int main(void) {
    long total = 0, count;
    while ((count = read(0, buffer, sizeof buffer)) > 0) total += count;
    memset(buffer, '7', sizeof buffer);
    for (int i = 0; i < 100; i++)
        for (long done = 0; done < (long)sizeof buffer; done += count)
            if ((count = write(1, buffer + done, sizeof buffer - done)) < 0) return 1;
    printf("\\n%ld\\n", total);
}
"""
CHECKER = """
#include <stdio.h>
#include <sys/stat.h>
int main(int argc, char **argv) {
    struct stat of;
    long size = 0;
    if (argc < 4 || stat(argv[1], &of)) return 1;
    while (getchar_unlocked() != EOF) size++;
    return of.st_size == 1 << 30 && size > 100 << 20 ? 42 : 43;
}
"""


@pytest.fixture
def setter(cell_socket: Path, tmp_path: Path) -> Setter:
    tmp_path.chmod(0o755)
    return Setter(cell_socket, tmp_path)


def memory_kb(name: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{name}:")[1].split()[0])


def memory_from_here_on() -> int:
    """The memory in use, after the peak so far is forgotten."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory_kb("VmRSS")


@pytest.mark.parametrize("has_checker", [False, True])
async def test_a_gigabyte_in_and_a_hundred_megabytes_out(setter: Setter, *, has_checker: bool) -> None:
    test = setter.test("secret/1", "")
    large = setter.folder / "large.in"
    with large.open("wb") as file:
        file.truncate(INPUT_BYTES)  # all holes: what is tested is who reads it, not the disk
    answer = setter.folder / "large.ans"
    with answer.open("wb") as file:
        for _ in range(100):
            file.write(b"7" * MIB)
        file.write(b"\n1073741824\n")
    test = replace(test, input=DataRef("large.in"), answer=DataRef("large.ans"))
    checkers = [setter.program(CHECKER, "c")] if has_checker else []
    problem = setter.checked_by(*checkers, tests=[test])
    limits = replace(LIMITS, cpu_time_ms=20_000, output_bytes=2 * OUTPUT_BYTES)
    before = memory_from_here_on()
    decision = await setter.judge(replace(problem, limits=limits), COUNTING, "c")
    assert decision.verdict is Verdict.AC, decision
    grown_mb = (memory_kb("VmHWM") - before) * 1024 / 1e6
    assert grown_mb < MEMORY_MB_MAX
