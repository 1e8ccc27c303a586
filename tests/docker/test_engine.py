"""The Docker sandbox beyond the contract: what the engine is told, what goes wrong, what is left behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
import os
from pathlib import Path
import signal
import sys
from typing import Any

import pytest

from assay.adapters.docker import DockerConfig, DockerSandbox
from assay.adapters.docker.containers import LABEL
from assay.adapters.docker.engine import Engine
from assay.adapters.docker.errors import EngineUnavailable, FeatureMissing, ImageMissing, RuntimeUnknown
from assay.judging.host import host_facts
from assay.judging.ports import SandboxSlot
from assay.sandbox import Command, Facts, Policy, RequestRefused, SandboxError, SlotLost, Status
from tests.conftest import ROOT, needs_root
from tests.contract.sandbox.places import docker_config
from tests.security.harness import ROOMY, run

pytestmark = needs_root
FOR_EVER = ("/usr/bin/sleep", "600")


@pytest.fixture
def config() -> DockerConfig:
    return docker_config()


@pytest.fixture
async def engine(config: DockerConfig) -> AsyncIterator[Engine]:
    engine = await Engine.connect(config.socket_path)
    yield engine
    await engine.close()


async def containers(engine: Engine) -> list[dict[str, Any]]:
    found = await engine.call("GET", f'/containers/json?all=1&filters={{"label":["{LABEL}"]}}')
    return list(found)


async def volumes(engine: Engine) -> list[str]:
    found = await engine.call("GET", "/volumes")
    return [volume["Name"] for volume in found["Volumes"] or []]


async def until_no_box_runs(engine: Engine) -> None:
    while True:
        if not any(each["Command"].endswith("box") for each in await containers(engine)):
            return
        await asyncio.sleep(0.05)


async def until_one_runs(engine: Engine, mode: str) -> dict[str, Any]:
    """The description of the one container of this mode, once it is there."""
    while True:
        for each in await containers(engine):
            if each["Command"].endswith(mode) and each["State"] == "running":
                return await engine.inspect(each["Id"])
        await asyncio.sleep(0.02)


@asynccontextmanager
async def running(
    slot: SandboxSlot, engine: Engine
) -> AsyncIterator[tuple[asyncio.Task[Any], dict[str, Any]]]:
    """A run that goes on, and its container."""
    task = asyncio.ensure_future(run(slot, *FOR_EVER, view="toolchain"))
    try:
        async with asyncio.timeout(30):
            yield task, await until_one_runs(engine, "run")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_the_engine_is_told(config: DockerConfig, engine: Engine) -> None:
    async with (
        DockerSandbox.connect(config) as sandbox,
        sandbox.slot() as slot,
        running(slot, engine) as (_, of_run),
    ):
        of_box = await until_one_runs(engine, "box")
    for container in (of_run, of_box):
        host = container["HostConfig"]
        assert container["Config"]["User"] == "1000:1000"
        assert (host["CapDrop"], host["CapAdd"], host["Privileged"]) == (["ALL"], None, False)
        assert (host["NetworkMode"], host["ReadonlyRootfs"]) == ("none", True)
        assert host["MemorySwap"] == host["Memory"]
        assert "no-new-privileges" in host["SecurityOpt"]
        assert any(option.startswith('seccomp={"') for option in host["SecurityOpt"])
        assert host["LogConfig"]["Type"] == "none"
        assert host["AutoRemove"] is True
    assert of_run["HostConfig"]["Memory"] == ROOMY.memory_bytes
    assert of_run["HostConfig"]["PidsLimit"] == ROOMY.processes + 1
    assert len(of_run["HostConfig"]["CpusetCpus"].split(",")) == ROOMY.cores


async def test_nothing_is_left_of_a_slot(config: DockerConfig, engine: Engine) -> None:
    async with DockerSandbox.connect(config) as sandbox:
        async with sandbox.slot() as slot:
            await slot.put("file", b"x")
            assert (await run(slot, "/usr/bin/true", view="toolchain")).facts.exit_code == 0
            assert len(await volumes(engine)) == 1
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1), sandbox.slot() as slot:
                await run(slot, *FOR_EVER, view="toolchain")
        assert await containers(engine) == []
        assert await volumes(engine) == []


async def test_a_client_that_is_killed_leaves_nothing(config: DockerConfig, engine: Engine) -> None:
    """Its containers see the end of their input, or a run its wall time; the engine removes what ends."""
    client = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.docker.client", cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    await until_one_runs(engine, "run")
    client.send_signal(signal.SIGKILL)
    await client.wait()
    async with asyncio.timeout(30):
        await until_no_box_runs(engine)
    async with DockerSandbox.connect(config):  # the next one takes what still runs away
        assert await containers(engine) == []
        assert await volumes(engine) == []


async def test_a_container_that_is_killed_from_outside_is_a_fact(
    config: DockerConfig, engine: Engine
) -> None:
    async with DockerSandbox.connect(config) as sandbox, sandbox.slot() as slot:
        async with running(slot, engine) as (task, container):
            await asyncio.sleep(0.3)
            await engine.signal(container["Id"], "SIGKILL")
            facts: Facts = (await task).facts
        assert (facts.status, facts.exit_code, facts.signal) == (Status.INTERNAL, None, None)
        assert facts.detail.startswith("the container ended before its figures could be read")
        assert (await run(slot, "/usr/bin/true", view="toolchain")).facts.exit_code == 0


async def test_a_container_that_dies_while_its_input_is_still_open_is_noticed(
    config: DockerConfig, engine: Engine
) -> None:
    given, held_open = os.pipe()
    null = os.open("/dev/null", os.O_RDWR)
    command = Command(
        argv=FOR_EVER,
        env={},
        view="toolchain",
        limits=ROOMY,
        policy=Policy.SHELL,
        box_writable=False,
    )
    async with DockerSandbox.connect(config) as sandbox, sandbox.slot() as slot:
        task = asyncio.ensure_future(slot.run(command, stdin=given, stdout=null, stderr=null))
        container = await until_one_runs(engine, "run")
        await asyncio.sleep(0.3)
        await engine.signal(container["Id"], "SIGKILL")
        async with asyncio.timeout(30):
            assert (await task).status is Status.INTERNAL
    for fd in (given, held_open, null):
        os.close(fd)


async def test_a_box_that_is_killed_from_outside_is_a_lost_slot(config: DockerConfig, engine: Engine) -> None:
    async with DockerSandbox.connect(config) as sandbox:
        async with sandbox.slot() as slot:
            await engine.signal((await until_one_runs(engine, "box"))["Id"], "SIGKILL")
            with pytest.raises(SlotLost, match="box is gone"):
                await slot.put("x", bytes(1 << 20))
            with pytest.raises(SlotLost, match="closed"):
                await slot.put("x", b"")
        async with sandbox.slot() as slot:
            await slot.put("x", b"")


async def test_what_is_missing_is_named_with_its_remedy(config: DockerConfig, tmp_path: Path) -> None:
    for changed, error, words in (
        (replace(config, socket_path=tmp_path / "none"), EngineUnavailable, "ASSAY_DOCKER_HOST"),
        (replace(config, image="no-such-image"), ImageMissing, "ASSAY_DOCKER_IMAGE"),
        (replace(config, runtime="runsc"), RuntimeUnknown, "ASSAY_DOCKER_RUNTIME"),
        (replace(config, init_binary=tmp_path / "none"), FeatureMissing, "make docker-init"),
    ):
        with pytest.raises(error, match=words):
            async with DockerSandbox.connect(changed):
                pass


async def test_slots_wait_their_turn(config: DockerConfig) -> None:
    async with DockerSandbox.connect(replace(config, slots=1)) as sandbox:
        async with sandbox.slot():
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5), sandbox.slot():
                    pass
        async with sandbox.slot() as slot:
            assert (await run(slot, "/usr/bin/true", view="toolchain")).facts.exit_code == 0


async def test_a_conversation_through_pipes_is_never_held_up(config: DockerConfig) -> None:
    program = "import sys\nfor line in sys.stdin: print(int(line) * 2, flush=True)"
    command = Command(
        argv=("/usr/bin/python3", "-I", "-c", program),
        env={},
        view="toolchain",
        limits=ROOMY,
        policy=Policy.MANAGED,
        box_writable=False,
    )
    given, to_program = os.pipe()
    from_program, answered = os.pipe()
    null = os.open("/dev/null", os.O_RDWR)
    async with DockerSandbox.connect(config) as sandbox, sandbox.slot() as slot:
        task = asyncio.ensure_future(slot.run(command, stdin=given, stdout=answered, stderr=null))
        for number in range(20):
            os.write(to_program, f"{number}\n".encode())
            async with asyncio.timeout(30):
                assert await asyncio.to_thread(os.read, from_program, 100) == f"{number * 2}\n".encode()
        os.close(to_program)
        assert (await task).exit_code == 0
    for fd in (given, from_program, answered, null):
        os.close(fd)


async def test_an_input_that_nobody_reads_does_no_harm(config: DockerConfig) -> None:
    async with DockerSandbox.connect(config) as sandbox, sandbox.slot() as slot:
        outcome = await run(slot, "/usr/bin/true", view="toolchain", stdin=bytes(20 << 20))
        assert outcome.facts.exit_code == 0
        script = "import sys; print(len(sys.stdin.buffer.read()))"
        outcome = await run(slot, "/usr/bin/python3", "-c", script, view="toolchain", stdin=bytes(20 << 20))
        assert outcome.stdout == b"20971520\n"


async def test_limits_below_what_an_engine_takes_are_refused(config: DockerConfig) -> None:
    async with DockerSandbox.connect(config) as sandbox, sandbox.slot() as slot:
        with pytest.raises(RequestRefused, match="memory_bytes"):
            await run(slot, "/usr/bin/true", limits=replace(ROOMY, memory_bytes=4 << 20))
        smallest = replace(ROOMY, memory_bytes=6 << 20)
        assert (await run(slot, "/usr/bin/true", view="toolchain", limits=smallest)).facts.exit_code == 0


async def test_verdicts_are_stamped_with_what_ran_them(config: DockerConfig) -> None:
    async with DockerSandbox.connect(config) as sandbox:
        stamp = host_facts(sandbox.description).sandbox
    assert stamp.startswith("docker ")
    for part in ("runtime runc", f"image {config.image} sha256:", "cgroup v", "seccomp:", "no-network"):
        assert part in stamp


def disk_below(folder: Path) -> str:
    device = folder.stat().st_dev
    return Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}").resolve().name


async def test_reading_from_the_disk_is_limited_where_a_device_is_named(
    config: DockerConfig, engine: Engine
) -> None:
    name = disk_below(config.socket_path.parent)
    limited = replace(config, io_device=Path(f"/dev/{name}"))
    async with (
        DockerSandbox.connect(limited) as sandbox,
        sandbox.slot() as slot,
        running(slot, engine) as (_, container),
    ):
        for way in ("BlkioDeviceReadBps", "BlkioDeviceWriteBps"):
            assert container["HostConfig"][way] == [{"Path": f"/dev/{name}", "Rate": 10_000_000}]
    with pytest.raises(SandboxError, match="no-such-device"):
        async with DockerSandbox.connect(replace(config, io_device=Path("/dev/no-such-device"))):
            pass
