"""A broker that delivers twice, and not in the order in which it was told, as Kafka may after a rebalance."""

import asyncio

import asyncpg

from assay.adapters.kafka.address import read_address as read_kafka_address
from assay.adapters.kafka.broker import open_broker as open_kafka
from assay.adapters.redis.address import read_address as read_redis_address
from assay.adapters.redis.streams import open_broker as open_redis
from assay.adapters.sql.instants import from_row
from assay.domain.lane import Lane
from assay.queue.broker import Announcement
from tests.chaos.tree import DATABASE, Tree
from tests.engines.kafka import KafkaServer

_JOBS = """
    SELECT submission_id, generation, j.user_id, s.problem_id, j.language_id, j.lane, j.not_before
      FROM jobs AS j JOIN submissions AS s ON s.id = j.submission_id
     ORDER BY submission_id DESC LIMIT 100
"""


def say_all_again(tree: Tree) -> None:
    """Twice, the newest first: what waits, what is being judged, and what was judged long ago."""
    asyncio.run(_say_all_again(tree))


async def _say_all_again(tree: Tree) -> None:
    connection = await asyncpg.connect(tree.postgres.primary.url(DATABASE))
    try:
        rows = await connection.fetch(_JOBS)
    finally:
        await connection.close()
    known = [
        Announcement(
            submission_id=row["submission_id"],
            generation=row["generation"],
            user_id=row["user_id"] or None,
            problem_id=row["problem_id"],
            language_id=row["language_id"],
            lane=Lane(row["lane"]),
            at=from_row(row["not_before"]),
        )
        for row in rows
    ]
    opened = (
        open_kafka(read_kafka_address(tree.queue_url))
        if isinstance(tree.broker, KafkaServer)
        else open_redis(read_redis_address(tree.queue_url), consumer="echo")
    )
    async with opened as broker:
        await broker.announce([*known, *known])
