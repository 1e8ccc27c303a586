"""How a command ends when it is told to: in order, and soon.

signal ─► the work is cancelled: it closes what it opened, and removes what it made
   │ the loop is busy (reading a large package, say) and hears of nothing for PROMPT_SECONDS
   └► what it does is broken off where it is, which ends in the same order
a second signal breaks off at once whatever goes on, cleaning up too
"""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
import signal
from types import FrameType
from typing import Any, NoReturn, TypeVar

EXIT_TERMINATED = 128 + signal.SIGTERM
PROMPT_SECONDS = 0.5

Result = TypeVar("Result")


def end_by_sigterm() -> None:
    """From now on SIGTERM ends this process as Ctrl-C does: through every `finally`."""
    signal.signal(signal.SIGTERM, lambda number, _: _end(number))


async def until_signalled(work: Coroutine[Any, Any, Result]) -> Result:
    """Do the work; SIGINT ends it with KeyboardInterrupt, SIGTERM with SystemExit and a shell's code for it.

    To be run in the main thread, as the loop's main task.
    """
    received: list[int] = []
    with _listening(received):
        try:
            return await work
        except asyncio.CancelledError:
            if received:
                _end(received[0])
            raise


@contextmanager
def _listening(received: list[int]) -> Iterator[None]:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None  # noqa: S101  we are in one

    def cancel() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        task.cancel()

    def on_signal(number: int, _: FrameType | None) -> None:
        received.append(number)
        if len(received) > 1:
            _end(number)
        signal.setitimer(signal.ITIMER_REAL, PROMPT_SECONDS)
        loop.call_soon_threadsafe(cancel)

    def on_busy(_: int, __: FrameType | None) -> NoReturn:
        _end(received[0])

    handlers = {signal.SIGINT: on_signal, signal.SIGTERM: on_signal, signal.SIGALRM: on_busy}
    heard = {  # who starts a command with signals ignored means it
        number: handler for number, handler in handlers.items() if signal.getsignal(number) != signal.SIG_IGN
    }
    before = {number: signal.signal(number, handler) for number, handler in heard.items()}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int) -> NoReturn:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(EXIT_TERMINATED)
