"""The topics of the queue: whether they are there, making them, and how much waits on them."""

from collections.abc import Iterable

from confluent_kafka import Consumer, KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
import structlog

from assay.adapters.kafka.address import Address, Making
from assay.adapters.kafka.connection import (
    ANSWER_SECONDS_MAX,
    Ear,
    error_of,
    options_of,
    unavailable,
    words_of,
)
from assay.queue.broker import Topic

log = structlog.get_logger()


def trouble_with_topics(
    client: Consumer | AdminClient, topics: Iterable[Topic], *, ear: Ear, seconds_max: float = 1.0
) -> str | None:
    """What keeps these topics from being used: no answer, or that they are not there. None: nothing does."""
    try:
        there = client.list_topics(timeout=seconds_max).topics
    except KafkaException as refused:
        return words_of(ear.explain(error_of(refused)))
    ear.forget()
    missing = [topic.value for topic in topics if topic not in there or there[topic].error is not None]
    return f"there are no topics {', '.join(missing)}" if missing else None


def make_topics(address: Address, making: Making) -> None:
    """Those that are missing. Raises `Unavailable`."""
    wanted = [
        NewTopic(topic.value, num_partitions=making.partitions, replication_factor=making.replicas)
        for topic in Topic
    ]
    try:
        client = AdminClient(options_of(address))  # gone, it does not answer any more
        asked = client.create_topics(wanted, request_timeout=ANSWER_SECONDS_MAX)
    except KafkaException as refused:
        raise unavailable(address, error_of(refused)) from refused
    for topic, made in asked.items():
        try:
            made.result(2 * ANSWER_SECONDS_MAX)
        except TimeoutError as late:
            raise unavailable(address, "it does not answer") from late
        except KafkaException as refused:
            error = error_of(refused)
            if error.code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise unavailable(address, error) from refused
        else:
            log.info("kafka_topic_made", topic=topic, partitions=making.partitions, replicas=making.replicas)
