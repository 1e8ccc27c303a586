"""What judging needs of the outside world, in its own words."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

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

    async def folder(self, name: str) -> None:
        """Make an empty folder below /box that programs may write to, whatever was there. `SandboxError`."""

    async def listing(self, name: str) -> Mapping[str, int]:
        """The regular files of a folder below /box: name → size in bytes.

        Nothing there is believed. Raises `RequestRefused` for what is no folder, or has too many files, after
        which the slot can be used on.
        """

    async def remove(self, name: str) -> None:
        """Remove what is there below /box, a folder with all that is in it. If nothing is, that is no error.

        Raises `RequestRefused` for what cannot be removed, after which the slot can be used on.
        """

    async def run(
        self, command: Command, *, stdin: int, stdout: int, stderr: int, files: Sequence[int] = ()
    ) -> Facts:
        """Run to the end and say what happened. `files` become the program's descriptors 3, 4 …, to read.

        The descriptors stay the caller's, who may close them as soon as this waits for the first time. The
        end is noted (`Facts.ended_at_us`) before whoever is at the other end of a pipe can see it.
        Raises `SandboxError`.
        """


class Sandbox(Protocol):
    """Where programs that nobody trusts run. `assay.sandbox.Cell` is one."""

    def slot(self, *, for_jury: bool = False) -> AbstractAsyncContextManager[SandboxSlot]:
        """Wait for a free slot and hold it. Leaving ends whatever still runs in it. Raises `SandboxError`.

        `for_jury`: it is for a program that nobody measures, which needs no core that others leave alone.
        """


class Room(Protocol):
    """Where more of a submission can be run than it has a place for already, while nobody else needs that."""

    def seat_beside(self, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None] | None:
        """Begin the work; it is cancelled as soon as somebody else needs its seat. None if there is none."""


class TestData(Protocol):
    """The store that a problem's `DataRef`s point into."""

    def open(self, ref: DataRef) -> int:
        """A new descriptor of a regular file, for reading, close-on-exec; the caller closes it.

        Raises `OSError` when it is not there, which is our fault and not the candidate's.
        """
