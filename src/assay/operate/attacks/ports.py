"""What an attack needs of a sandbox. `assay.sandbox.Cell` is one."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from assay.sandbox import Command, Facts


class AttackedSlot(Protocol):
    """A place of its own for one attack, thrown away afterwards."""

    async def put(self, name: str, source: int | bytes, *, executable: bool = False) -> None:
        """Place a file below /box. Raises `SandboxError`."""

    async def run(self, command: Command, *, stdin: int, stdout: int, stderr: int) -> Facts:
        """Run to the end and say what happened. The descriptors stay the caller's. Raises `SandboxError`."""


class AttackedSandbox(Protocol):
    def slot(self) -> AbstractAsyncContextManager[AttackedSlot]:
        """Wait for a free slot and hold it. Leaving ends whatever still runs in it. Raises `SandboxError`."""
