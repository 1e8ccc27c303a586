"""How librdkafka is set up here, whoever uses it, and what is made of its errors."""

import logging
import re
from typing import Any

from confluent_kafka import KafkaError, KafkaException

from assay.adapters.kafka.address import Address
from assay.errors import Unavailable

ANSWER_SECONDS_MAX = 5.0  # a server that is well answers in milliseconds
Options = dict[str, Any]
SILENT = logging.Logger("librdkafka", level=logging.CRITICAL + 1)  # noqa: LOG001 - of no tree
"""Its own log would go to stderr. Its errors come to us anyway."""

_PLACE = re.compile(r"^\S+ \[thrd:[^\]]*\]: |\S+/(?:bootstrap|\d+): ")


def options_of(address: Address) -> Options:
    """Of every client."""
    options: Options = {
        "bootstrap.servers": address.places,
        "client.id": "assay",
        "log_level": 0,
        "logger": SILENT,
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


def error_of(raised: KafkaException) -> KafkaError:
    """What is in one of its exceptions."""
    first = raised.args[0] if raised.args else None
    return first if isinstance(first, KafkaError) else KafkaError(KafkaError._FAIL, str(raised))


def unavailable(address: Address, error: KafkaError | str) -> Unavailable:
    """What is said of a Kafka that does not do its work."""
    words = error if isinstance(error, str) else words_of(error)
    return Unavailable(f"{address.shown} does not do its work: {words}")
