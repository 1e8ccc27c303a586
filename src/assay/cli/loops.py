"""The event loop of the doors and of the relay: libuv's, with which they take a fifth more requests.

The worker keeps asyncio's own: it waits for programs and descriptors more than for packets.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)
