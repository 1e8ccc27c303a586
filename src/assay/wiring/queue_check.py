"""What keeps the broker of the settings from spreading jobs, for 'assay doctor'."""

import asyncio
from dataclasses import dataclass

from assay.adapters.kafka.address import Address as KafkaAddress
from assay.adapters.redis.address import Address as RedisAddress
from assay.errors import Unavailable, UsageError
from assay.queue.broker import Topic
from assay.settings import Settings
from assay.wiring.broker import broker_address

PARTITIONS = 12  # what is advised: more than hosts that judge, and few for a Kafka
REPLICAS = 3


@dataclass(frozen=True, kw_only=True)
class QueueState:
    """`found`: where it is, or what is wrong. `remedy`: empty when all is well; with `ok` it is a warning."""

    ok: bool
    found: str
    remedy: str


def look_at_queue(settings: Settings) -> QueueState | None:
    """None where the table itself is the queue, which needs nothing else."""
    try:
        address = broker_address(settings)
    except UsageError as error:
        return QueueState(ok=False, found=error.message, remedy="docs/how-to/several-hosts.md")
    if address is None:
        return None
    try:
        if isinstance(address, KafkaAddress):
            return _look_at_kafka(address)
        return asyncio.run(_look_at_redis(address))
    except Unavailable as error:
        return QueueState(ok=False, found=error.message, remedy=_remedy_of(error.message))


async def _look_at_redis(address: RedisAddress) -> QueueState:
    from assay.adapters.redis.queue_probing import dropping_policy, try_queue  # noqa: PLC0415

    await try_queue(address)
    try:
        policy = await dropping_policy(address)
    except Unavailable as error:
        remedy = "look at its maxmemory-policy yourself: it has to be noeviction"
        return QueueState(ok=True, found=error.message, remedy=remedy)
    if policy is not None:
        return QueueState(
            ok=False,
            found=f"{address.shown} drops jobs when it is full: maxmemory-policy {policy}",
            remedy="maxmemory-policy noeviction in its redis.conf; results may have a Redis of their own",
        )
    return QueueState(ok=True, found=address.shown, remedy="")


def _look_at_kafka(address: KafkaAddress) -> QueueState:
    from assay.adapters.kafka.probing import partitions_of_topics  # noqa: PLC0415

    there = partitions_of_topics(address)
    missing = [topic.value for topic in Topic if topic not in there]
    if missing and address.making is None:
        return QueueState(
            ok=False,
            found=f"{address.shown} has no topics {', '.join(missing)}",
            remedy="; ".join(
                f"kafka-topics.sh --bootstrap-server {address.places} --create --topic {topic}"
                f" --partitions {PARTITIONS} --replication-factor {REPLICAS}"
                for topic in missing
            )
            + f"; or let the relay make them: ASSAY_QUEUE_URL=…?partitions={PARTITIONS}&replicas={REPLICAS}",
        )
    few = [topic.value for topic in (Topic.HIGH_PRIORITY, Topic.NORMAL) if there.get(topic) == 1]
    if few:
        return QueueState(
            ok=True,
            found=f"{address.shown}: {' and '.join(few)} with one partition, which one worker has to itself",
            remedy="; ".join(
                f"kafka-topics.sh --bootstrap-server {address.places} --alter --topic {topic}"
                f" --partitions {PARTITIONS}"
                for topic in few
            ),
        )
    return QueueState(
        ok=True,
        found=f"{address.shown}{', whose topics the relay will make' if missing else ''}",
        remedy="",
    )


def _remedy_of(trouble: str) -> str:
    if "maxmemory" in trouble:
        return "that Redis is full: give it more memory (maxmemory), or a Redis to the queue alone"
    if any(
        word in trouble.lower() for word in ("password", "authentication", "noperm", "permission", "sasl")
    ):
        return "the user and password belong into ASSAY_QUEUE_URL: redis://user:password@host, kafka+ssl://…"
    if "unknown command" in trouble.lower():
        return "the queue needs Redis 6.2 or newer"
    return "start it, or correct ASSAY_QUEUE_URL (docs/how-to/several-hosts.md)"
