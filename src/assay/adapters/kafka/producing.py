"""What puts messages on topics, and knows when Kafka has them.

    event loop  produce, produce, … ─▶ librdkafka ─▶ Kafka
    thread      poll ◀─ reports, one a message ─ when the last has come: event loop

The producer is idempotent: what librdkafka sends again by itself does not come twice, nor in another order.
After an error that it calls fatal (a Kafka that has forgotten it) it is of no more use, and made anew.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
import threading

from confluent_kafka import KafkaError, KafkaException, Message, Producer
import structlog

from assay.adapters.kafka.address import Address
from assay.adapters.kafka.connection import ANSWER_SECONDS_MAX, Options, error_of, options_of, words_of
from assay.queue.broker import Topic

POLL_SECONDS = 0.1
PRODUCER_OPTIONS: Options = {
    "enable.idempotence": True,
    "acks": "all",
    "linger.ms": 1,
    "message.timeout.ms": int(ANSWER_SECONDS_MAX * 1000),  # whoever announces does so again
    "topic.metadata.propagation.max.ms": 1000,  # a topic that was not made is missing by then
    "queue.buffering.max.messages": 100_000,
}

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
    """Started by the first who has something to say. `put` may be called in any thread."""

    def __init__(self, address: Address, *, options: Options) -> None:
        self._address = address
        self._options = {**options_of(address), **PRODUCER_OPTIONS, **options}
        self._lock = threading.Lock()
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
        except BufferError as full:
            raise Refused(KafkaError(KafkaError._QUEUE_FULL)) from full
        except KafkaException as refused:
            error = error_of(refused)
            raise Refused(error or KafkaError(KafkaError._FAIL)) from refused
        await told
        if errors:
            raise Refused(errors[0])

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
        return Producer({**self._options, "error_cb": self._on_error})

    def _run(self) -> None:
        while not self._is_ending.is_set():
            self._producer.poll(POLL_SECONDS)

    def _on_error(self, error: KafkaError) -> None:
        """The thread's. Of most errors those hear whose messages do not arrive."""
        if error.fatal():
            log.warning("kafka_producer_made_anew", kafka=self._address.shown, detail=words_of(error))
            broken, self._producer = self._producer, self._made()
            broken.purge()
            broken.poll(0)


def _resolve(told: "asyncio.Future[None]") -> None:
    if not told.done():
        told.set_result(None)
