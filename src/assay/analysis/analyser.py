"""Programs looked at by a child process, which is started once, kept warm, and replaced when it has to be.

A parser is a large program in C that reads what strangers wrote. In a process of its own, with bounds and
without rights, it can hang or crash and takes nothing with it:

    not started ──first program──► ready ──program──► busy ──answer──► ready
         ▲                                              │ no answer in time, or it ended
         └──────────── killed and waited for ◄──────────┘   (the program is told as not parsed)
"""

import asyncio
from collections.abc import Sequence
import signal
import subprocess
import sys
import threading
from types import TracebackType

from assay.analysis.admission import admit, not_parsed
from assay.analysis.exchange import Request, decode_analysis
from assay.domain.finding import Analysis
from assay.errors import Unavailable

WALL_SECONDS_MAX = 30.0  # the child's CPU time is bounded below that; this is for a machine that stands still
START_SECONDS_MAX = 60.0
PROGRAMS_MAX = 5_000  # then another child: what engines leak is not ours to find
_COMMAND = (sys.executable, "-I", "-m", "assay.analysis")
_TOO_MUCH = "reading it takes more time or memory than a program may take"
_FAULT = "reading it failed through a fault of ours"


class Analyser:
    """Looks at programs, one at a time. Threads may share one; `close` it, or use it in a `with`."""

    def __init__(
        self, *, command: tuple[str, ...] = _COMMAND, wall_seconds_max: float = WALL_SECONDS_MAX
    ) -> None:
        self._command = command
        self._wall_seconds_max = wall_seconds_max
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._programs = 0

    def __enter__(self) -> "Analyser":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def analyse(
        self, source: bytes, *, language: str | None, path: str, references: Sequence[bytes] = ()
    ) -> Analysis:
        """What can be said of one file. Blocking; there is always an answer.

        `language` is an id of the catalogue, None if nobody knows it. `path` is only repeated in findings.
        `references` are programs for the same task: the metrics then have the distance to the nearest.
        Raises `Unavailable` when the child cannot be started.
        """
        request = admit(source, language=language, path=path, references=tuple(references))
        if isinstance(request, Analysis):
            return request
        with self._turn:
            return self._asked(request)

    async def analysed(
        self, source: bytes, *, language: str | None, path: str, references: Sequence[bytes] = ()
    ) -> Analysis:
        """As `analyse`, while the event loop goes on."""
        return await asyncio.to_thread(
            self.analyse, source, language=language, path=path, references=references
        )

    def close(self) -> None:
        """End the child. The next program would start another."""
        with self._turn:
            self._end_child()

    def _asked(self, request: Request) -> Analysis:
        child = self._ready_child()
        answer = _exchanged(child, request.encoded(), seconds_max=self._wall_seconds_max)
        if answer is not None:
            return decode_analysis(answer)
        self._end_child()
        was_bounded = child.returncode in {-signal.SIGPROF, -signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV}
        return not_parsed(request.language, _TOO_MUCH if was_bounded else _FAULT)

    def _ready_child(self) -> "subprocess.Popen[bytes]":
        """A child that has loaded everything."""
        if self._programs >= PROGRAMS_MAX or (self._child is not None and self._child.poll() is not None):
            self._end_child()
        if self._child is None:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
            )
            self._programs = 0
            if _exchanged(self._child, b"", seconds_max=START_SECONDS_MAX) is None:
                self._end_child()
                raise Unavailable(
                    f"the process that looks at programs does not start; '{' '.join(self._command)}' says why"
                )
        self._programs += 1
        return self._child

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()  # closes the pipes and waits
            self._child = None


def analyse(source: bytes, *, language: str | None, path: str, references: Sequence[bytes] = ()) -> Analysis:
    """One file, by a child for it alone. Whoever has more keeps an `Analyser`."""
    with Analyser() as analyser:
        return analyser.analyse(source, language=language, path=path, references=references)


def _exchanged(child: "subprocess.Popen[bytes]", request: bytes, *, seconds_max: float) -> bytes | None:
    """The child's next line, or None if it ended, or had to be killed, before that."""
    assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018  both are pipes
    alarm = threading.Timer(seconds_max, child.kill)
    alarm.daemon = True
    alarm.start()
    try:
        child.stdin.write(request)
        child.stdin.flush()
        answer = child.stdout.readline()
    except BrokenPipeError:
        answer = b""
    finally:
        alarm.cancel()
    if answer.endswith(b"\n"):
        return answer
    child.kill()
    child.wait()
    return None
