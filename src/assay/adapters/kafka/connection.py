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

_NO_ANSWER = frozenset(
    {KafkaError._MSG_TIMED_OUT, KafkaError._TIMED_OUT, KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN}
)
_PLACE = re.compile(r"^\S+ \[thrd:[^\]]*\]: |\S+/(?:bootstrap|\d+): | \(after \d+ms in state \w+\)")


def options_of(address: Address) -> Options:
    """Of every client."""
    options: Options = {
        "bootstrap.servers": address.places,
        "client.id": "assay",
        "log_level": 0,
        "logger": SILENT,
        "security.protocol": _protocol(address),
        "socket.timeout.ms": int(ANSWER_SECONDS_MAX * 1000),
        "socket.connection.setup.timeout.ms": int(ANSWER_SECONDS_MAX * 1000),  # TLS and SASL, too
        "socket.keepalive.enable": True,
        "reconnect.backoff.max.ms": 2000,  # a server that is back is found soon
        "topic.metadata.refresh.interval.ms": 10_000,  # and topics that were made
    }
    if address.username is not None and address.password is not None:
        options["sasl.mechanism"] = address.mechanism
        options["sasl.username"] = address.username
        options["sasl.password"] = address.password
    if address.trust.ca_file is not None:
        options["ssl.ca.location"] = str(address.trust.ca_file)
    if address.trust.own is not None:
        certificate, key = address.trust.own
        options["ssl.certificate.location"] = str(certificate)
        options["ssl.key.location"] = str(key)
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


class Ear:
    """What librdkafka said last of why it does not reach its servers. An `error_cb`; in any thread.

    Whoever asks something is told no more than that no answer came.
    """

    def __init__(self) -> None:
        self._said: KafkaError | None = None

    def hear(self, error: KafkaError) -> None:
        if error.code() != KafkaError._ALL_BROKERS_DOWN:
            self._said = error

    def forget(self) -> None:
        self._said = None

    def explain(self, error: KafkaError) -> KafkaError:
        """What was said before, if this is no more than that there was no answer."""
        return self._said if self._said is not None and error.code() in _NO_ANSWER else error


def error_of(raised: KafkaException) -> KafkaError:
    """What is in one of its exceptions."""
    first = raised.args[0] if raised.args else None
    return first if isinstance(first, KafkaError) else KafkaError(KafkaError._FAIL, str(raised))


def unavailable(address: Address, error: KafkaError | str) -> Unavailable:
    """What is said of a Kafka that does not do its work."""
    words = error if isinstance(error, str) else words_of(error)
    return Unavailable(f"{address.shown} does not do its work: {words}")
