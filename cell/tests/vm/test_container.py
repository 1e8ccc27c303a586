"""What an unprivileged container must have for the cell, and what is said otherwise. See `inside`.

That all else works there is shown by the suites, which `inside` runs in such a container as well.
"""

from pathlib import Path
import subprocess
import sys

import pytest

ROOT = Path(__file__).parents[3]
CONTAINER = (sys.executable, str(Path(__file__).with_name("container.py")))
SCRIPT = """
import asyncio, json
from assay.sandbox import Cell, CellStartError
from tests.security.harness import CellProcess, make_config, run, short_folder
async def main(config):
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        seen = await run(slot, "/usr/bin/bash", "-c", "echo /proc/[a-z]*; exit 7", view="toolchain")
    isolation = (await cell.info()).isolation
    return {"code": seen.facts.exit_code, "proc": seen.stdout.decode(), "isolation": isolation}
with short_folder() as folder:
    config = make_config(folder)
    try:
        process = CellProcess.start(config)
        print(json.dumps(asyncio.run(main(config))))
        process.stop()
    except CellStartError as error:
        print(error)
"""


def in_container(*options: str) -> str:
    """What the script says in a container with those options: JSON of a run, or why no cell starts."""
    done = subprocess.run(
        [*CONTAINER, *options, sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}/src:{ROOT}", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done
    return done.stdout


@pytest.mark.parametrize("options", [(), ("--masked-proc",)])
def test_it_runs_and_says_that_it_is_in_a_container(options: tuple[str, ...]) -> None:
    said = in_container(*options)
    assert '"code": 7' in said
    assert '"user_namespace"' in said
    assert "/proc/self" in said
    assert "sysrq" not in said, "a run sees processes of its own in /proc and nothing of the container's"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ("--ids", "1000"),
            ("user ids 61200 to 61203 are not all mapped", "remedy: more ids", "ASSAY_FIRST_SLOT_UID"),
        ),
        (("--no-delegation",), ("/sys/fs/cgroup: Permission denied", "remedy: mount it writable")),
    ],
)
def test_what_is_missing_is_said_with_its_remedy(options: tuple[str, ...], words: tuple[str, ...]) -> None:
    said = in_container(*options)
    assert all(part in said for part in words), said
