"""A program that computes has the same verdict on cores that others are busy on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
import os
from pathlib import Path
import subprocess
import sys

import pytest

from assay.domain.verdict import Verdict
from tests.conftest import needs_root
from tests.contract.judging.whole import LIMITS, Setter

pytestmark = needs_root

BUSY_MS = 220  # of CPU time
LIMIT_MS = 300
COMPUTES = """
#include <stdio.h>
#include <time.h>
int main(void) {
    while (clock() < %d * (CLOCKS_PER_SEC / 1000)) { }
    puts("done");
}
"""
# On each core, each in a session of its own. The program gets about a twelfth: 136 ms in the 1630 ms of
# elapsed time that a run has at first.
NEIGHBOURS = 11
SPINS = "import os, sys\nos.sched_setaffinity(0, {int(sys.argv[1])})\nprint(flush=True)\nwhile True: pass"


@pytest.fixture
def setter(cell_socket: Path, tmp_path: Path) -> Setter:
    tmp_path.chmod(0o755)
    return Setter(cell_socket, tmp_path)


@contextmanager
def busy_cores() -> Iterator[None]:
    """All cores that we may use, taken by others, until this is left."""
    spinning: list[subprocess.Popen[bytes]] = []
    try:
        for core in sorted(os.sched_getaffinity(0)):
            for _ in range(NEIGHBOURS):
                argv = [sys.executable, "-I", "-S", "-c", SPINS, str(core)]
                spinning.append(subprocess.Popen(argv, stdout=subprocess.PIPE, start_new_session=True))
        for each in spinning:
            assert each.stdout is not None
            each.stdout.readline()
        yield
    finally:
        for each in spinning:
            each.kill()
        for each in spinning:
            each.communicate()


async def test_who_computes_is_not_too_slow_because_of_others(setter: Setter) -> None:
    limits = replace(LIMITS, cpu_time_ms=LIMIT_MS)
    problem = setter.problem(setter.test("secret/1", "", "done\n"), limits=limits)
    quiet = await setter.judge(problem, COMPUTES % BUSY_MS, "c")
    with busy_cores():
        busy = await setter.judge(problem, COMPUTES % BUSY_MS, "c")
    assert (quiet.verdict, busy.verdict) == (Verdict.AC, Verdict.AC), busy.message
    assert busy.runs[0].cpu_time_ms < LIMIT_MS
