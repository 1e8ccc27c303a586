"""Does a Redis do what a queue needs, and does it keep what it has? What is tried leaves nothing behind."""

from contextlib import suppress

from assay.adapters.redis.address import Address
from assay.adapters.redis.connection import Keys
from assay.adapters.redis.stream_group import IS_THERE, NOBODY, key_of
from assay.errors import Unavailable
from assay.queue.broker import GROUP


async def try_queue(address: Address) -> None:
    """Do once on a stream of nobody's what is done on those of the queue. Raises `Unavailable`."""
    keys, stream = Keys(address), key_of(address, f"submissions.{NOBODY}")
    try:
        await keys.ask_all([("XADD", stream, "MAXLEN", 1, "*", "for", NOBODY), ("XLEN", stream)])
        await keys.ask_unless(IS_THERE, "XGROUP CREATE", stream, GROUP, "0")
        await keys.ask("XREADGROUP", "GROUP", GROUP, NOBODY, "COUNT", 1, "STREAMS", stream, ">")
        await keys.ask("XAUTOCLAIM", stream, GROUP, NOBODY, 0, "0-0", "COUNT", 1)  # Redis 6.2
    finally:
        with suppress(Unavailable):
            await keys.ask("DEL", stream)
        await keys.close()


async def dropping_policy(address: Address) -> str | None:
    """By which `maxmemory-policy` a server of it drops what nobody has read; None if none does.

    Those that drop only what is to expire at some time leave a queue alone. Raises `Unavailable`, also if
    we may not ask.
    """
    keys = Keys(address)
    try:
        policies = {str(told.get("maxmemory_policy", "")) for told in await keys.tell_of_memory()}
    finally:
        await keys.close()
    return next((policy for policy in sorted(policies) if policy.startswith("allkeys")), None)
