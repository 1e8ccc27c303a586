"""Does a Kafka answer, and has it the queue's topics? Nothing is made or changed."""

from collections.abc import Mapping

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from assay.adapters.kafka.address import Address
from assay.adapters.kafka.connection import (
    ANSWER_SECONDS_MAX,
    Ear,
    Options,
    error_of,
    options_of,
    unavailable,
)
from assay.queue.broker import Topic


def partitions_of_topics(address: Address) -> Mapping[Topic, int]:
    """How many partitions each topic has that is there. Raises `Unavailable`."""
    ear = Ear()
    try:
        options: Options = {**options_of(address), "error_cb": ear.hear}
        client = AdminClient(options)
    except KafkaException as refused:
        raise unavailable(address, error_of(refused)) from refused
    try:
        there = client.list_topics(timeout=ANSWER_SECONDS_MAX).topics
    except KafkaException as refused:
        client.poll(0)  # so it says why
        raise unavailable(address, ear.explain(error_of(refused))) from refused
    return {
        topic: len(there[topic.value].partitions)
        for topic in Topic
        if topic.value in there and there[topic.value].error is None
    }
