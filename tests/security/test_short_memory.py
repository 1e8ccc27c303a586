"""The machine, or a group above ours, out of memory: no program's fault, least of all its neighbour's."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
import os
from pathlib import Path
import time

from assay.sandbox import Cell, CellConfig, CellProcess, Status
from tests.conftest import needs_root
from tests.security.harness import SLOWNESS, make_config, run, running_cell, short_folder

ROOM_BYTES = 96 << 20
HOG = "x = bytearray(200 << 20)\nfor at in range(0, len(x), 4096): x[at] = 1\nprint('survived')"
NEIGHBOUR = f"import time; time.sleep({2 * SLOWNESS}); print('unharmed')"
PYTHON = ("/usr/bin/python3", "-I", "-c")


def own_memory_group() -> Path:
    """Of v1 the one in the memory hierarchy; of v2 the one that the cell builds in."""
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    paths = dict(line.split(":", 2)[1:] for line in lines)
    if "memory" in paths:
        return Path("/sys/fs/cgroup/memory") / paths["memory"].lstrip("/")
    group = Path("/sys/fs/cgroup") / paths[""].lstrip("/")
    return group.parent if group.name == "assay-main" else group


@contextmanager
def cell_with_little_room(config: CellConfig) -> Iterator[CellProcess]:
    """A cell in a group that has only `ROOM_BYTES`. This process is in there just long enough to start it."""
    before = own_memory_group()
    group = before / f"assay-test-{os.getpid()}"
    group.mkdir()
    is_v1 = (group / "memory.limit_in_bytes").exists()
    home = before if is_v1 else before / "assay-main"
    (group / ("memory.limit_in_bytes" if is_v1 else "memory.max")).write_text(str(ROOM_BYTES))
    with ExitStack() as open_things:
        open_things.callback(remove, group)
        (group / "cgroup.procs").write_text(str(os.getpid()))
        try:
            process = open_things.enter_context(running_cell(config))
        finally:
            (home / "cgroup.procs").write_text(str(os.getpid()))
        yield process


def remove(group: Path) -> None:
    deadline = time.monotonic() + 10 * SLOWNESS
    while group.exists():
        try:
            for child in group.glob("*/"):
                child.rmdir()
            group.rmdir()
        except OSError:  # dying processes still count for a moment
            assert time.monotonic() < deadline, list(group.glob("**/cgroup.procs"))
            time.sleep(0.05)


@needs_root
def test_short_memory_above_the_runs_is_nobodys_verdict(supervisor: CellProcess) -> None:
    async def scenario(socket_path: Path) -> None:
        cell = await Cell.connect(socket_path)
        async with cell.slot() as one, cell.slot() as two:
            hog, neighbour = await asyncio.gather(
                run(one, *PYTHON, HOG, view="toolchain"), run(two, *PYTHON, NEIGHBOUR, view="toolchain")
            )
        assert (hog.facts.status, hog.stdout) == (Status.INTERNAL, b""), hog
        assert hog.facts.oom_kills > 0
        assert "ran out of memory" in hog.facts.detail
        assert (neighbour.facts.status, neighbour.stdout) == (Status.EXITED, b"unharmed\n"), neighbour

    with short_folder() as folder, cell_with_little_room(make_config(folder)):
        asyncio.run(scenario(folder / "cell"))
