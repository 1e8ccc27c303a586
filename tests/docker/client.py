"""A client that is to be killed in the middle of a run."""

import asyncio

from assay.adapters.docker import DockerSandbox
from tests.contract.sandbox.places import docker_config
from tests.security.harness import run


async def main() -> None:
    async with DockerSandbox.connect(docker_config()) as sandbox, sandbox.slot() as slot:
        await run(slot, "/usr/bin/sleep", "600", view="toolchain")


if __name__ == "__main__":
    asyncio.run(main())
