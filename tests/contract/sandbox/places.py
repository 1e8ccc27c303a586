"""The sandboxes under this contract, and where they differ.

ASSAY_TEST_SANDBOX names the one to test: `cell` (the default), or `docker` with ASSAY_TEST_DOCKER_SOCKET and
ASSAY_TEST_DOCKER_IMAGE, which scripts/docker-engine sets.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
import os
from pathlib import Path
from typing import Protocol

from assay.adapters.docker import DockerConfig, DockerSandbox
from assay.adapters.docker.profiles import load_profiles
from assay.judging.ports import SandboxSlot
from tests.security.harness import BINARY

CELL, DOCKER = "cell", "docker"
BOX_BYTES = 4 << 20
BOX_INODES = 64
VIEWS = frozenset({"native", "toolchain"})
INIT_BINARY = Path(__file__).parents[3] / "deploy/docker-sandbox/build/assay-init"

# Tests of the contract that a Docker engine cannot meet, each with the reason. They are run all the same, and
# one that passes after all is a failure: so this table stays true. docs/how-to/docker-sandbox.md tells users.
DOCKER_CANNOT = {
    "test_a_hostile_call_is_a_fact": "an engine has no say in what its filter refuses; the call gets EPERM",
    "test_a_view_shows_its_paths_and_no_more": "the image is the root of every view",
    "test_a_file_as_stdin_can_be_read_from_its_beginning_again": "a container's input is a pipe",
}


class Place(SandboxSlot, Protocol):
    """A slot with all that the contract asks for."""

    async def get(self, name: str, target: int, *, bytes_max: int) -> int: ...


class Sandbox(Protocol):
    def slot(self) -> AbstractAsyncContextManager[Place]: ...


def sandbox_under_test() -> str:
    name = os.environ.get("ASSAY_TEST_SANDBOX", CELL)
    assert name in (CELL, DOCKER), f"ASSAY_TEST_SANDBOX is {name!r}"
    return name


def docker_config() -> DockerConfig:
    """The engine that scripts/docker-engine has started."""
    return DockerConfig(
        socket_path=Path(os.environ["ASSAY_TEST_DOCKER_SOCKET"]),
        image=os.environ["ASSAY_TEST_DOCKER_IMAGE"],
        runtime=None,
        init_binary=INIT_BINARY,
        slots=2,
        views=VIEWS,
        box_bytes=BOX_BYTES,
        box_inodes=BOX_INODES,
        profiles=load_profiles(BINARY),
        cores=tuple(sorted(os.sched_getaffinity(0))),
    )


@asynccontextmanager
async def docker_slot(config: DockerConfig) -> AsyncIterator[Place]:
    async with DockerSandbox.connect(config) as sandbox, sandbox.slot() as slot:
        yield slot
