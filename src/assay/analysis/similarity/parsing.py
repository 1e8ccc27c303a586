"""Texts become tokens in children, which may end on a text; then that text is told and another child goes on.

texts ─► one thread a child ─► child.py ─► tokens, in the order of the texts
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
import os
import select
import signal
import subprocess
import sys
from threading import Event, Lock
import time
from types import TracebackType

import numpy as np

from assay.analysis.similarity.child import ANSWER, OUT_OF_MEMORY, READY, REQUEST
from assay.analysis.similarity.grammars import GRAMMARS, Grammar
from assay.analysis.similarity.kernel import Tokens
from assay.errors import Unavailable

WALL_SECONDS_MAX = 120.0  # CPU time is bounded far below; this is for a machine that stands still
COMMAND = (sys.executable, "-I", "-m", "assay.analysis.similarity.child")
_READ_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Text:
    """What is to become tokens."""

    content: bytes
    grammar: Grammar


@dataclass(frozen=True, kw_only=True)
class Tokenised:
    """A text's tokens, and from which byte to which each is; or why there are none."""

    tokens: Tokens
    starts: Tokens
    ends: Tokens
    why_not: str | None


class _Ended(Exception):
    """The child ended on a text, or had to be."""

    def __init__(self, why_not: str) -> None:
        super().__init__(why_not)
        self.why_not = why_not


class Child:
    """One child, for one thread. It is started when it is needed."""

    def __init__(
        self, command: Sequence[str] = COMMAND, *, wall_seconds_max: float = WALL_SECONDS_MAX
    ) -> None:
        self._command = command
        self._wall_seconds_max = wall_seconds_max
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._end()

    def tokenised(self, text: Text) -> Tokenised:
        """Raises `Unavailable` when no child starts."""
        process = self._process or self._start()
        try:
            return self._ask(process, text)
        except _Ended as ended:
            self._end()
            return without_tokens(ended.why_not)

    def _start(self) -> "subprocess.Popen[bytes]":
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
            )
        except OSError as error:
            raise Unavailable(f"no process to parse in can be started: {error}") from error
        self._process = process
        for fd in _pipes_of(process):
            os.set_blocking(fd, False)
        try:
            _Talk(process, b"", self._wall_seconds_max).read(len(READY))
        except _Ended as ended:
            self._end()
            raise Unavailable(
                f"the process to parse in does not start: {ended.why_not}; 'make setup' installs it again"
            ) from None
        return process

    def _ask(self, process: "subprocess.Popen[bytes]", text: Text) -> Tokenised:
        head = REQUEST.pack(GRAMMARS.index(text.grammar), len(text.content))
        answer = _Talk(process, head + text.content, self._wall_seconds_max)
        count, is_code = ANSWER.unpack(answer.read(ANSWER.size))
        columns = np.frombuffer(answer.read(3 * 4 * count), dtype="<u4").reshape(3, count)
        if not is_code:
            return without_tokens(f"most of it is no {text.grammar.name}")
        return Tokenised(tokens=columns[0], starts=columns[1], ends=columns[2], why_not=None)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()


class _Talk:
    """One request and its answer, on pipes that never block: a child that stops reading hangs nobody."""

    def __init__(self, process: "subprocess.Popen[bytes]", request: bytes, seconds_max: float) -> None:
        self._process = process
        self._to, self._from = _pipes_of(process)
        self._rest = memoryview(request)
        self._seconds_max = seconds_max
        self._deadline = time.monotonic() + seconds_max
        self._answer = bytearray()

    def read(self, count: int) -> bytes:
        """The next bytes of the answer. Raises `_Ended`."""
        while len(self._answer) < count:
            self._move()
        part = bytes(self._answer[:count])
        del self._answer[:count]
        return part

    def _move(self) -> None:
        """Read or write what can be."""
        poll = select.poll()  # unlike select it takes any descriptor
        poll.register(self._from, select.POLLIN)
        if self._rest:
            poll.register(self._to, select.POLLOUT)
        ready = dict(poll.poll(max(self._deadline - time.monotonic(), 0) * 1000))
        if not ready:
            raise _Ended(f"parsing it took over {self._seconds_max:g} s")
        if self._from in ready:
            part = os.read(self._from, _READ_BYTES)
            if not part:
                raise _Ended(_why_ended(self._process.wait()))
            self._answer += part
        else:
            with suppress(BrokenPipeError):  # the other pipe says how it ended
                self._rest = self._rest[os.write(self._to, self._rest) :]


def tokenised(texts: Sequence[Text], *, jobs: int, tell: Callable[[int], None]) -> list[Tokenised]:
    """The tokens of each text, in their order. `jobs` children at once; `tell` hears how many texts are done.

    Raises `Unavailable` when no child starts.
    """
    results: list[Tokenised | None] = [None] * len(texts)
    numbers = iter(range(len(texts)))
    turn, stop = Lock(), Event()
    done = 0

    def work() -> None:
        nonlocal done
        with Child() as child:
            while not stop.is_set():
                with turn:
                    number = next(numbers, None)
                if number is None:
                    return
                results[number] = child.tokenised(texts[number])
                with turn:
                    done += 1
                    tell(done)

    with ThreadPoolExecutor(max_workers=max(jobs, 1)) as threads:
        try:
            for future in [threads.submit(work) for _ in range(max(jobs, 1))]:
                future.result()
        finally:
            stop.set()
    return [result for result in results if result is not None]


def without_tokens(why_not: str) -> Tokenised:
    """For a text that has none, and why."""
    none = np.empty(0, dtype=np.uint32)
    return Tokenised(tokens=none, starts=none, ends=none, why_not=why_not)


def _pipes_of(process: "subprocess.Popen[bytes]") -> tuple[int, int]:
    if process.stdin is None or process.stdout is None:
        raise AssertionError("it was started with pipes")
    return process.stdin.fileno(), process.stdout.fileno()


def _why_ended(code: int) -> str:
    if code == -signal.SIGPROF:
        return "parsing it takes too much time"
    if code < 0:
        return f"parsing it takes too much memory, or breaks the parser ({signal.Signals(-code).name})"
    if code == OUT_OF_MEMORY:
        return "parsing it takes too much memory"
    return f"it breaks the parser (exit code {code})"
