"""Waiting for what must come: no longer than it takes, however busy the machine is.

A fixed pause is right only before looking whether something did not happen.
"""

import asyncio
from collections.abc import Callable
import time

PATIENCE_SECONDS = 60.0  # far above what a busy machine takes


async def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not come"
        await asyncio.sleep(0.005)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.1)
