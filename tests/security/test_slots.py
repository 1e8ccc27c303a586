"""What one slot may know of another, and of its own past: nothing."""

import asyncio
from dataclasses import replace
import os
from pathlib import Path
import resource
import socket

import pytest

from assay.sandbox import (
    Cell,
    CellConfig,
    CellProcess,
    Command,
    Policy,
    RequestRefused,
    Slot,
    Status,
)
from tests.conftest import needs_root
from tests.security.harness import (
    ROOMY,
    SLOWNESS,
    make_config,
    processes_of_slots,
    run,
    running_cell,
    short_folder,
)
from tests.waiting import until

PYTHON = ("/usr/bin/python3", "-I", "-c")


@needs_root
async def test_slots_in_parallel_do_not_meet(config: CellConfig, supervisor: CellProcess) -> None:
    cell = await Cell.connect(config.socket_path)
    look = "import os, time; print(os.getuid(), os.listdir('/proc'), os.listdir('/tmp'), os.listdir('/box'))"
    script = f"{look}; time.sleep(.3)"
    async with cell.slot() as one, cell.slot() as two:
        await one.put("secret", b"of one")
        first, second = await asyncio.gather(
            run(one, *PYTHON, f"open('/tmp/mark', 'w'); {script}", view="toolchain"),
            run(two, *PYTHON, f"time = __import__('time'); time.sleep(.1); {script}", view="toolchain"),
        )
    assert first.stdout.split()[0] != second.stdout.split()[0], "each slot has a user of its own"
    assert b"secret" in first.stdout
    assert b"secret" not in second.stdout
    assert b"mark" not in second.stdout


@needs_root
async def test_scratch_and_shared_memory_are_fresh_in_each_run(
    config: CellConfig, supervisor: CellProcess
) -> None:
    make = "import ctypes, os; segment = ctypes.CDLL(None).shmget(77, 4096, 0o1666); print(segment >= 0)"
    find = "import ctypes, os; segment = ctypes.CDLL(None).shmget(77, 0, 0); print(segment >= 0)"
    leave = f"open('/tmp/left', 'w'); open('/dev/shm/left', 'w'); {make}"
    look = f"{find}; print(os.listdir('/tmp'), os.listdir('/dev/shm'))"
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        left = await run(slot, *PYTHON, leave, view="toolchain")
        seen = await run(slot, *PYTHON, look, view="toolchain")
    assert left.stdout.split() == [b"False"], "the oldest kind of shared memory is refused altogether"
    assert seen.stdout.split() == [b"False", b"[]", b"[]"]


@needs_root
async def test_the_box_lasts_as_long_as_its_slot(config: CellConfig, supervisor: CellProcess) -> None:
    cell = await Cell.connect(config.socket_path)
    write = "open('made', 'w').write('kept')"
    read = "import os; print(open('/box/made').read()); open('/box/made', 'w')"
    async with cell.slot() as slot:
        made = await run(slot, *PYTHON, write, view="toolchain", box_writable=True)
        seen = await run(slot, *PYTHON, read, view="toolchain")
    assert made.facts.exit_code == 0
    assert seen.stdout == b"kept\n"
    assert b"Read-only file system" in seen.stderr
    async with cell.slot() as slot:
        fresh = await run(slot, *PYTHON, "import os; print(os.listdir('/box'))", view="toolchain")
    assert fresh.stdout == b"[]\n"


@needs_root
async def test_clients_wait_their_turn_and_each_gets_a_slot(
    config: CellConfig, supervisor: CellProcess
) -> None:
    cell = await Cell.connect(config.socket_path)
    served: list[int] = []

    async def client(number: int) -> None:
        async with cell.slot() as slot:
            served.append(number)
            outcome = await run(slot, "/usr/bin/true", view="toolchain")
            assert outcome.facts.exit_code == 0

    clients = []
    for number in range(300):  # more than the supervisor's queue holds; the others wait in the socket's
        clients.append(asyncio.create_task(client(number)))
        if number < 12:
            await asyncio.sleep(0.002)  # so that these connect in this order
    await asyncio.gather(*clients)
    assert sorted(served) == list(range(300))
    assert set(served[:2]) == {0, 1}  # two slots: both are served at once


@needs_root
async def test_a_host_service_on_an_abstract_socket_is_out_of_reach(
    config: CellConfig, supervisor: CellProcess
) -> None:
    with socket.socket(socket.AF_UNIX) as service:
        service.bind(b"\0assay-test-service")
        service.listen()
        script = "import socket; socket.socket(socket.AF_UNIX).connect(b'\\0assay-test-service')"
        cell = await Cell.connect(config.socket_path)
        async with cell.slot() as slot:
            outcome = await run(slot, *PYTHON, script, view="toolchain")
    assert outcome.facts.exit_code == 1
    assert b"Address family not supported" in outcome.stderr


@needs_root
async def test_a_cancelled_run_is_dead_at_once_and_its_slot_replaced(
    config: CellConfig, supervisor: CellProcess
) -> None:
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        task = asyncio.create_task(run(slot, "/usr/bin/sleep", "100", view="toolchain"))
        while not processes_of_slots():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(2 * SLOWNESS):
            while processes_of_slots():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    async with cell.slot() as slot:
        outcome = await run(slot, "/usr/bin/true", view="toolchain")
    assert outcome.facts.status is Status.EXITED


@needs_root
async def test_the_supervisor_neither_grows_nor_leaks(config: CellConfig, supervisor: CellProcess) -> None:
    def state() -> tuple[int, int, int]:
        fds = len(os.listdir(f"/proc/{supervisor.pid}/fd"))  # noqa: PTH208
        mounts = len(Path(f"/proc/{supervisor.pid}/mountinfo").read_text().splitlines())
        return fds, mounts, len(Path("/proc/self/mountinfo").read_text().splitlines())

    cell = await Cell.connect(config.socket_path)

    async def round_trip() -> None:
        async with cell.slot() as slot:
            await run(slot, "/usr/bin/true", view="toolchain")
            await run(slot, "/usr/bin/true", view="toolchain")

    await round_trip()
    await asyncio.sleep(0.2)
    before = state()
    for _ in range(30):
        await round_trip()
    await until(lambda: state() == before)


CORES = "import os; print(*sorted(os.sched_getaffinity(0)))"


async def cores_of(slot: Slot, *, cores: int = 1, core_shift: int = 0) -> set[int]:
    """Where a run in it may be."""
    command = Command(
        argv=(*PYTHON, CORES),
        env={},
        view="toolchain",
        limits=replace(ROOMY, cores=cores),
        policy=Policy.MANAGED,
        box_writable=False,
        core_shift=core_shift,
    )
    output, null = os.memfd_create("output"), os.open("/dev/null", os.O_RDWR)
    try:
        facts = await slot.run(command, stdin=null, stdout=output, stderr=null)
        assert facts.exit_code == 0, facts
        return set(map(int, os.pread(output, 4096, 0).split()))
    finally:
        os.close(output)
        os.close(null)


@needs_root
async def test_a_run_can_be_repeated_on_another_core(config: CellConfig, supervisor: CellProcess) -> None:
    all_cores = sorted(os.sched_getaffinity(0))
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        (own,) = await cores_of(slot)
        at = all_cores.index(own)
        for shift in (1, 0, 2, len(all_cores), 4096):
            assert await cores_of(slot, core_shift=shift) == {all_cores[(at + shift) % len(all_cores)]}
        assert await cores_of(slot, cores=len(all_cores), core_shift=1) == set(all_cores)


@needs_root
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="a single core has nobody else to share with")
async def test_a_slot_of_the_jury_takes_no_core_from_those_that_are_measured() -> None:
    """Each submission gets a core of its own, however many of the jury's programs there are."""
    with short_folder() as folder, running_cell(make_config(folder, slots=6)):
        cell = await Cell.connect(folder / "cell")
        async with cell.slot() as first, cell.slot(for_jury=True) as jury, cell.slot() as second:
            measured = [await cores_of(first), await cores_of(second)]
            assert measured[0] != measured[1]
            assert await cores_of(jury) != measured[0], "the one that was free"
            async with cell.slot(for_jury=True) as other_jury, cell.slot() as third:
                assert len(os.sched_getaffinity(0)) > 2 or await cores_of(other_jury) == measured[0]
                assert await cores_of(third) not in measured or len(os.sched_getaffinity(0)) == 2


@needs_root
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="a single core has nobody else to share with")
async def test_a_core_is_free_as_soon_as_its_slot_is_given_up() -> None:
    """Not only when the slot has been cleaned up: whoever gives up one asks for the next at once."""
    with short_folder() as folder, running_cell(make_config(folder, slots=6)):
        cell = await Cell.connect(folder / "cell")
        async with cell.slot() as kept:
            own = await cores_of(kept)
            for _ in range(12):
                async with cell.slot() as other:
                    assert await cores_of(other) != own


@needs_root
@pytest.mark.parametrize(
    ("own", "name"),
    [
        (resource.RLIMIT_NOFILE, "open_files"),
        (resource.RLIMIT_STACK, "memory_bytes"),
        (resource.RLIMIT_FSIZE, "scratch_bytes"),
        (resource.RLIMIT_CPU, "cpu_time_ms"),
    ],
)
async def test_what_the_cell_may_not_give_is_refused(own: int, name: str) -> None:
    """A limit above its own, which it cannot raise again. The slot can be used on."""
    with short_folder() as folder, running_cell(make_config(folder, slots=1, spare_slots=0)) as supervisor:
        lower = {"open_files": 100, "memory_bytes": 200 << 20, "scratch_bytes": 80 << 20, "cpu_time_ms": 20}
        for pid in family_of(supervisor.pid):
            resource.prlimit(pid, own, (lower[name], lower[name]))
        fits = replace(ROOMY, open_files=100, memory_bytes=200 << 20, cpu_time_ms=10_000)
        too_much = {
            "open_files": 101,
            "memory_bytes": 201 << 20,
            "scratch_bytes": 81 << 20,
            "cpu_time_ms": 18_000,
        }
        cell = await Cell.connect(folder / "cell")
        async with cell.slot() as slot:
            for _ in range(2):
                with pytest.raises(RequestRefused, match=name):
                    await run(slot, "/usr/bin/true", limits=replace(fits, **{name: too_much[name]}))
                assert (await run(slot, "/usr/bin/true", view="toolchain", limits=fits)).facts.exit_code == 0


def family_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family_of(int(child)))]


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, value in (line.split(":", 1) for line in lines)}


@needs_root
async def test_who_holds_which_privilege_while_a_program_runs(
    config: CellConfig, supervisor: CellProcess
) -> None:
    """Keepers have nine capabilities; init and program have none, can gain none, and are different users."""
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        task = asyncio.create_task(run(slot, "/usr/bin/sleep", "2", view="toolchain"))
        await until(lambda: any(status_of(pid)["Name"] == "sleep" for pid in family_of(supervisor.pid)))
        family = [status_of(pid) for pid in family_of(supervisor.pid)]
        await task
    kept = sum(1 << number for number in (0, 1, 3, 5, 6, 7, 8, 18, 21))  # as named in cell/src/keeper.c
    below_keeper = [each for each in family if len(each["NSpid"].split()) == 2]
    keepers = [each for each in family[1:] if each not in below_keeper]
    assert len(keepers) == config.slots + config.spare_slots
    assert {int(each["CapEff"], 16) | int(each["CapBnd"], 16) for each in keepers} == {kept}
    assert sorted(each["Name"] for each in below_keeper) == ["cell", "sleep"]
    for each in below_keeper:
        assert int(each["CapPrm"], 16) == int(each["CapEff"], 16) == int(each["CapBnd"], 16) == 0
        assert each["NoNewPrivs"] == "1"
    assert len({each["Uid"] for each in below_keeper}) == 2
