"""How much waits on the broker, where there is one, for `assay queue stats`."""

from typing import Any

from assay.errors import Unavailable
from assay.settings import QueueKind, Settings
from assay.wiring.broker import broker_depths


async def look_at_broker(settings: Settings) -> dict[str, Any] | None:
    """Messages by topic, or what is wrong; None where the database alone is the queue."""
    if settings.queue_kind is QueueKind.SQL:
        return None
    try:
        depths = await broker_depths(settings)
    except Unavailable as error:
        return {"trouble": error.message}
    return {"messages": {topic.value: depth for topic, depth in depths.items()}}


def broker_line(found: dict[str, Any]) -> str:
    """For a terminal."""
    if "trouble" in found:
        return f"the broker is out of reach, and the jobs are taken from the rows: {found['trouble']}"
    return "on the broker: " + ", ".join(f"{topic} {depth}" for topic, depth in found["messages"].items())
