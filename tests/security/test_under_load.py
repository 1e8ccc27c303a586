"""`make test-attacks` itself: what it says when all is well, and that it can say otherwise."""

from dataclasses import replace
import re
import subprocess
import sys

import pytest

from assay.sandbox import Cell, CellConfig, CellProcess
from tests.conftest import ROOT, needs_root
from tests.security.attacks import ALONE
from tests.security.under_load import Tally, attack


@needs_root
def test_it_runs_each_program_so_often_and_sums_up() -> None:
    command = [
        sys.executable,
        "-m",
        "tests.security.under_load",
        "--rounds",
        "3",
        "--only",
        "shared_memory_left.*",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    found = re.search(
        r"attacks: 2 programs, 6 runs under load, 0 wrong; victim: (\d+) runs, 0 harmed", done.stdout
    )
    assert found, done.stdout
    assert int(found[1]) > 1
    assert "supervisor alive" in done.stdout


@needs_root
async def test_an_attack_that_gets_something_else_is_counted_each_time(
    config: CellConfig, supervisor: CellProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    wrong = replace(ALONE[0], statuses=(), stdout="an expectation that nothing meets")
    await attack(await Cell.connect(config.socket_path), (wrong,), 2, tally)
    assert (tally.runs, tally.wrong) == (2, {wrong.name: 2})
    assert capsys.readouterr().out.startswith(f"{wrong.name}, round 1: ")
