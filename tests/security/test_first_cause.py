"""What went wrong first is what the facts say, not what followed from it."""

import asyncio
import fcntl
import os

import pytest

from assay.judging.capture import null_device
from assay.sandbox import Cell, CellConfig, CellProcess, Command, Facts, Policy, Slot, SlotLost, Status
from tests.conftest import needs_root
from tests.security.harness import ROOMY, cgroups_of, make_config, running_cell, short_folder

pytestmark = needs_root
F_SEAL_WRITE = 8
FILLS_ONE_AND_WRITES_TO_THE_OTHER = "head -c 1000000 /dev/zero >&2 & sleep .3; echo words; wait"


async def bash(slot: Slot, script: str, stdout: int, stderr: int) -> Facts:
    command = Command(
        argv=("/usr/bin/bash", "-c", script),
        env={"PATH": "/usr/bin"},
        view="toolchain",
        limits=ROOMY,
        policy=Policy.SHELL,
        box_writable=False,
    )
    with null_device() as null:
        return await slot.run(command, stdin=null, stdout=stdout, stderr=stderr)


async def test_a_group_that_cannot_be_made() -> None:
    """Its counters cannot be read either, which is no cause of its own."""
    with short_folder() as folder, running_cell(make_config(folder)) as supervisor:
        cell = await Cell.connect(folder / "cell")
        async with cell.slot() as slot:
            for group in cgroups_of(supervisor.pid):
                if "/cpuset/" not in str(group):
                    group.rmdir()
            with null_device() as null:
                facts = await bash(slot, "true", null, null)
                assert facts.status is Status.INTERNAL
                assert facts.detail.startswith("mkdir of cgroup s"), facts
                with pytest.raises(SlotLost):
                    await bash(slot, "true", null, null)


async def test_an_output_that_cannot_be_written_beside_one_that_nobody_reads(
    config: CellConfig, supervisor: CellProcess
) -> None:
    """The second one's reader is waited for, in vain; the run was over before."""
    closed = os.memfd_create("closed", os.MFD_ALLOW_SEALING)
    fcntl.fcntl(closed, fcntl.F_ADD_SEALS, F_SEAL_WRITE)
    reader, writer = os.pipe()
    cell = await Cell.connect(config.socket_path)
    try:
        async with cell.slot() as slot, asyncio.timeout(60):
            facts = await bash(slot, FILLS_ONE_AND_WRITES_TO_THE_OTHER, closed, writer)
    finally:
        for fd in (closed, reader, writer):
            os.close(fd)
    assert facts.status is Status.INTERNAL
    assert facts.stderr_truncated, "it was waited for"
    assert facts.detail == "writing to the caller's fd: Operation not permitted"
