"""A toolchain's version, asked inside the sandbox: for sandboxes that have toolchains of their own."""

import os

from assay.domain.language import Language
from assay.errors import Unavailable
from assay.judging.capture import memory_file, null_device
from assay.judging.ports import Sandbox
from assay.languages.toolchain import base_environment
from assay.sandbox import Command, Policy, RunLimits, Status

_WORDS_BYTES_MAX = 4096
_LIMITS = RunLimits(  # a cold JVM takes a second and 200 MB
    cpu_time_ms=20_000,
    wall_time_ms=40_000,
    memory_bytes=1 << 30,
    processes=256,
    open_files=1024,
    scratch_bytes=64 << 20,
    scratch_inodes=4096,
    stdout_bytes=_WORDS_BYTES_MAX,
    stderr_bytes=_WORDS_BYTES_MAX,
    cores=1,
)


async def version_inside(sandbox: Sandbox, language: Language) -> str:
    """The first line that the toolchain in the sandbox says about itself. Takes a slot.

    Raises `Unavailable` when it cannot be run there, and `SandboxError`.
    """
    step = language.compile or language.run
    command = Command(
        argv=language.version_argv,
        env=base_environment() | dict(step.env),
        view=step.view,
        limits=_LIMITS,
        policy=Policy.TOOLCHAIN,
        box_writable=False,
    )
    with memory_file("version") as output, null_device() as null:
        async with sandbox.slot() as slot:
            facts = await slot.run(command, stdin=null, stdout=output, stderr=output)
        lines = os.pread(output, 2 * _WORDS_BYTES_MAX, 0).decode(errors="replace").strip().splitlines()
    if facts.status is not Status.EXITED or facts.exit_code != 0 or not lines:
        raise Unavailable(
            f"the toolchain of {language.name} does not say its version inside the sandbox "
            f"({facts.detail or facts.status}): put it into the image"
        )
    return lines[0].strip()
