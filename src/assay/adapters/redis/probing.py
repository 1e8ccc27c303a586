"""Does a Redis do what it is there for? What is tried leaves nothing behind."""

from assay.adapters.broadcast.ports import Kind
from assay.adapters.redis.address import Address
from assay.adapters.redis.broadcast import CHANNELS
from assay.adapters.redis.connection import Keys, Line
from assay.adapters.redis.results import KIND

NOBODY = "nobody"


async def try_events(address: Address) -> None:
    """Tell nobody something. Raises `Unavailable`."""
    line = Line(address)
    try:
        await line.ask([("PUBLISH", f"{CHANNELS}{Kind.BELL}:{NOBODY}", "")])
    finally:
        await line.close()


async def try_results(address: Address) -> None:
    """Keep something for a second, and look for it. Raises `Unavailable`."""
    keys = Keys(address)
    try:
        await keys.ask("SET", address.key(KIND, NOBODY), "", "EX", 1)
        await keys.ask("GET", address.key(KIND, NOBODY))
    finally:
        await keys.close()
