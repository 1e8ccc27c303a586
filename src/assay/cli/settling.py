"""What a process has once it has begun it keeps for its life; what comes later is to go in time.

The collector of garbage waits for a full look until a quarter of what it knows is new. Of some ten thousand
objects that never go, each full look takes long, and comes seldom; and not before it does Python give back
the memory that it keeps to make tuples and the like of. The C library keeps what lies between what is in use
until it is asked.
"""

import asyncio
import ctypes
import gc

COLLECT_SECONDS = 60.0


def settle() -> None:
    """Have the collector leave alone what is there now; it is the start's last step."""
    gc.collect()
    gc.freeze()


async def collect_now_and_then() -> None:
    """Full looks at what has come since, and pages given back; each takes a millisecond or two."""
    trim = ctypes.CDLL(None).malloc_trim
    while True:
        await asyncio.sleep(COLLECT_SECONDS)
        gc.collect()
        trim(0)
