"""What judging needs of the outside world, in its own words."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from assay.domain.problem import DataRef
from assay.sandbox import Command, Facts


class SandboxSlot(Protocol):
    """One submission's place in the sandbox: its own /box, thrown away with the slot."""

    async def put(self, name: str, source: int | bytes, *, executable: bool = False) -> None:
        """Place a file below /box. Raises `SandboxError`."""

    async def get(self, name: str, target: int, *, bytes_max: int) -> int:
        """Copy a file from below /box to a descriptor; its size in bytes.

        Nothing there is believed. Raises `RequestRefused` for what is no regular file, or larger than
        `bytes_max`, after which the slot can be used on.
        """

    async def run(self, command: Command, *, stdin: int, stdout: int, stderr: int) -> Facts:
        """Run to the end and say what happened. The descriptors stay the caller's. Raises `SandboxError`."""


class Sandbox(Protocol):
    """Where programs that nobody trusts run. `assay.sandbox.Cell` is one."""

    def slot(self) -> AbstractAsyncContextManager[SandboxSlot]:
        """Wait for a free slot and hold it. Leaving ends whatever still runs in it. Raises `SandboxError`."""


class TestData(Protocol):
    """The store that a problem's `DataRef`s point into."""

    def open(self, ref: DataRef) -> int:
        """A new descriptor of a regular file, for reading, close-on-exec; the caller closes it.

        Raises `OSError` when it is not there, which is our fault and not the candidate's.
        """
