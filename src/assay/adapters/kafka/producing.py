"""What puts messages on topics, and knows when Kafka has them.

    event loop  produce, produce, … ─▶ librdkafka ─▶ Kafka
    thread      poll ◀─ reports, one a message ─ when the last has come: event loop

The producer is idempotent: what librdkafka sends again by itself does not come twice, nor in another order.
After an error that it calls fatal (a Kafka that has forgotten it) it is of no more use, and made anew. So it
is after messages that did not arrive in time: to a Kafka that came back empty twice it may never send again.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
import threading

from confluent_kafka import KafkaError, KafkaException, Message, Producer
import structlog

from assay.adapters.kafka.address import Address
from assay.adapters.kafka.connection import (
    ANSWER_SECONDS_MAX,
    Ear,
    Options,
    error_of,
    options_of,
    words_of,
)
from assay.queue.broker import Topic

POLL_SECONDS = 0.1
AGAIN_SECONDS = 1.0  # after one could not be made
PRODUCER_OPTIONS: Options = {
    "enable.idempotence": True,
    "acks": "all",
    "linger.ms": 1,
    "message.timeout.ms": int(ANSWER_SECONDS_MAX * 1000),  # whoever announces does so again
    "topic.metadata.propagation.max.ms": 1000,  # a topic that was not made is missing by then
    "queue.buffering.max.messages": 100_000,
}
BROKEN = frozenset(
    {
        KafkaError.INVALID_PRODUCER_EPOCH,
        KafkaError.INVALID_PRODUCER_ID_MAPPING,
        KafkaError.OUT_OF_ORDER_SEQUENCE_NUMBER,
        KafkaError.PRODUCER_FENCED,
        KafkaError.UNKNOWN_PRODUCER_ID,
        KafkaError._FATAL,
        KafkaError._MSG_TIMED_OUT,
    }
)
"""Kafka does not know the producer any more, or knows it otherwise than it knows itself. Or there is no
Kafka; then a fresh one does no harm."""

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message on its way. Those with one key keep their order."""

    topic: Topic
    key: bytes
    content: bytes


class Refused(Exception):
    """Some of the messages are not there, or nobody knows."""

    def __init__(self, error: KafkaError) -> None:
        super().__init__(words_of(error))
        self.error = error


class Producing:
    """Begins when it is made, which raises `Refused`. `put` may be called in any thread."""

    def __init__(self, address: Address, *, options: Options) -> None:
        self._address = address
        self._options = {**options_of(address), **PRODUCER_OPTIONS, **options}
        self._ear = Ear()
        self._broken: Producer | None = None
        self._producer = self._made()
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kafka-producer", daemon=True)
        self._thread.start()

    async def put_all(self, letters: Sequence[Letter]) -> None:
        """Return when Kafka has them. Raises `Refused`; then it may have some."""
        loop = asyncio.get_running_loop()
        told = loop.create_future()
        left, errors = len(letters), list[KafkaError]()

        def report(error: KafkaError | None, _: Message) -> None:
            """The thread's."""
            nonlocal left
            left -= 1
            if error is not None:
                errors.append(error)
            if left == 0:
                loop.call_soon_threadsafe(_resolve, told)

        producer = self._producer
        try:
            for letter in letters:
                producer.produce(letter.topic.value, letter.content, letter.key, on_delivery=report)
            async with asyncio.timeout(2 * ANSWER_SECONDS_MAX):  # if a producer breaks in the middle
                await told
        except BufferError as full:
            raise Refused(KafkaError(KafkaError._QUEUE_FULL)) from full
        except TimeoutError as late:
            self._broken = producer
            raise Refused(KafkaError(KafkaError._TIMED_OUT)) from late
        except KafkaException as refused:
            raise Refused(error_of(refused)) from refused
        if errors:
            if any(error.code() in BROKEN for error in errors):
                self._broken = producer
            raise Refused(self._ear.explain(errors[0]))
        self._ear.forget()

    def put(self, letter: Letter) -> None:
        """In any thread, without waiting. What does not arrive is noted."""

        def report(error: KafkaError | None, _: Message) -> None:
            if error is not None:
                log.warning("kafka_message_lost", topic=letter.topic.value, detail=words_of(error))

        try:
            self._producer.produce(letter.topic.value, letter.content, letter.key, on_delivery=report)
        except (BufferError, KafkaException) as refused:
            log.warning("kafka_message_lost", topic=letter.topic.value, detail=str(refused))

    async def close(self) -> None:
        """What is on its way has a moment to arrive."""
        await asyncio.to_thread(self._producer.flush, 1.0)
        self._is_ending.set()
        await asyncio.to_thread(self._thread.join)

    def _made(self) -> Producer:
        """Raises `Refused`."""
        try:
            return Producer({**self._options, "error_cb": self._on_error})
        except KafkaException as refused:
            raise Refused(error_of(refused)) from refused

    def _run(self) -> None:
        while not self._is_ending.is_set():
            try:
                self._producer.poll(POLL_SECONDS)
                if self._broken is self._producer:
                    self._make_anew("it cannot send any more")
            except KafkaException as refused:
                self._make_anew(words_of(error_of(refused)))

    def _make_anew(self, cause: str) -> None:
        log.info("kafka_producer_made_anew", kafka=self._address.shown, detail=cause)
        try:
            made = self._made()
        except Refused as refused:  # nobody else would try again
            log.warning("kafka_producer_not_made", kafka=self._address.shown, detail=str(refused))
            self._broken = self._producer
            self._is_ending.wait(AGAIN_SECONDS)
            return
        broken, self._producer = self._producer, made
        with suppress(KafkaException):  # it says again what is wrong with it
            broken.purge()
            broken.flush(POLL_SECONDS)  # so those who wait hear that their messages did not arrive

    def _on_error(self, error: KafkaError) -> None:
        """The thread's. Of most errors those hear whose messages do not arrive."""
        self._ear.hear(error)
        if error.fatal():
            raise KafkaException(error)  # by whoever polls


def _resolve(told: "asyncio.Future[None]") -> None:
    if not told.done():
        told.set_result(None)
