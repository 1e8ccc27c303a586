"""How librdkafka is set up here, whoever uses it, and what is made of its errors."""

import re

from confluent_kafka import KafkaError, KafkaException

from assay.adapters.kafka.address import Address
from assay.errors import Unavailable

ANSWER_SECONDS_MAX = 5.0  # a server that is well answers in milliseconds
Options = dict[str, str | int | float | bool]

_PLACE = re.compile(r"^\S+ \[thrd:[^\]]*\]: |\S+/(?:bootstrap|\d+): ")


def options_of(address: Address) -> Options:
    """Of every client. Its own log is off: it writes to stderr, and errors come to us anyway."""
    options: Options = {
        "bootstrap.servers": address.places,
        "client.id": "assay",
        "log_level": 0,
        "security.protocol": _protocol(address),
        "socket.timeout.ms": int(ANSWER_SECONDS_MAX * 1000),
        "socket.keepalive.enable": True,
        "reconnect.backoff.max.ms": 2000,  # a server that is back is found soon
        "topic.metadata.refresh.interval.ms": 10_000,  # and topics that were made
    }
    if address.username is not None and address.password is not None:
        options["sasl.mechanism"] = address.mechanism
        options["sasl.username"] = address.username
        options["sasl.password"] = address.password
    if address.ca_file is not None:
        options["ssl.ca.location"] = str(address.ca_file)
    return options


def _protocol(address: Address) -> str:
    match address.has_tls, address.username is not None:
        case False, False:
            return "plaintext"
        case True, False:
            return "ssl"
        case False, True:
            return "sasl_plaintext"
        case _:
            return "sasl_ssl"


def words_of(error: KafkaError) -> str:
    """What librdkafka says, without the names of its threads."""
    return _PLACE.sub("", error.str()) or error.name()


def error_of(raised: KafkaException) -> KafkaError | None:
    """What is in its exceptions, if it is one of its errors."""
    return raised.args[0] if raised.args and isinstance(raised.args[0], KafkaError) else None


def unavailable(address: Address, error: KafkaError | str) -> Unavailable:
    """What is said of a Kafka that does not do its work."""
    words = error if isinstance(error, str) else words_of(error)
    return Unavailable(f"{address.shown} does not do its work: {words}")
