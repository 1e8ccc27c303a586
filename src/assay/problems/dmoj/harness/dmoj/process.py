"""The submission, seen from the other end of its pipes."""

from __future__ import annotations

import sys
from typing import BinaryIO

from .error import InternalError
from .result import Result


class Process:
    """A submission that runs already: our standard output is its input, our standard input its output."""

    def __init__(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = None
        self.returncode = 0

    def communicate(
        self, input: bytes | None = None, outlimit: int | None = None, errlimit: int | None = None
    ) -> tuple[bytes, bytes]:
        """Give it all of `input` and nothing more; what it prints. How it ends is for the judge to see."""
        try:
            if input:
                self.stdin.write(input)
            self.stdin.close()
        except OSError:
            pass  # it ended without reading all
        return self.stdout.read(), b""

    def wait(self) -> int:
        """The judge waits for the process."""
        return 0

    def poll(self) -> int:
        return 0

    def kill(self) -> None:
        """The judge ends the process when the grader ends."""


class Binary:
    """The submission's program, which can be started once a test."""

    def __init__(self) -> None:
        self.process = Process(sys.stdout.buffer, sys.stdin.buffer)
        self._is_started = False

    def launch(self, *args: object, **_: object) -> Process:
        if args:
            raise InternalError("a submission cannot be given arguments here")
        if self._is_started:
            raise InternalError("a submission can be started once a test here")
        self._is_started = True
        return self.process

    def populate_result(self, error: bytes, result: Result, process: Process) -> None:
        """Whether it crashed or took too long is judged by whoever runs it, whatever is said here."""
