"""The thread that is a member of the group of workers: it polls Kafka for as long as it lives.

    poll ─▶ shelf ─▶ ring        pause and resume, by how full the shelf is        commit what was settled

A member that does not poll is taken for dead, however busy its worker is, so the thread never stops polling:
partitions of which there is enough here are paused. Pausing alone would not do. All calls of librdkafka are
the thread's: one that another makes while it polls may hang for good. What librdkafka says of servers that it
cannot reach is not conclusive, so it is a reason to ask; the answer decides whether Kafka is out of reach.
"""

from collections.abc import Callable, Iterable, Mapping
import threading
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition
import structlog

from assay.adapters.broker.messages import Unreadable, from_json
from assay.adapters.kafka.address import Address
from assay.adapters.kafka.connection import Ear, Options, error_of, options_of, words_of
from assay.adapters.kafka.shelf import WAITING_MAX, Place, Shelf
from assay.adapters.kafka.topics import trouble_with_topics
from assay.queue.broker import GROUP, Topic

POLL_SECONDS = 0.1  # how long its end may take, and pausing and going on
PAUSED_SECONDS = 0.02  # between two polls while there is enough of something
ASK_SECONDS = 1.0  # between two questions while there is trouble
COMMIT_SECONDS = 0.05  # between two commits
COMMIT_AGAIN_SECONDS = 1.0  # after one that was refused
LOOK_SECONDS = 1.0  # whether something was out for too long
WORK = (Topic.HIGH_PRIORITY, Topic.NORMAL)
CONSUMER_OPTIONS: Options = {
    "group.id": GROUP,
    "enable.auto.commit": False,
    "auto.offset.reset": "earliest",
    "session.timeout.ms": 10_000,  # after so long what a dead process had goes to another
    "heartbeat.interval.ms": 2000,
    "max.poll.interval.ms": 60_000,
    "partition.assignment.strategy": "range",  # of each topic its share: others may give one all of a topic
    "queued.min.messages": 1,  # what is fetched ahead waits for this consumer alone
    "queued.max.messages.kbytes": 256,
    "fetch.message.max.bytes": 65_536,
    "fetch.queue.backoff.ms": 10,  # else a second goes by after each fetch that brought enough
    "allow.auto.create.topics": True,  # if Kafka is to do so, which producers do not prevent either
}

log = structlog.get_logger()

Bury = Callable[[Topic, bytes, str], None]
"""Put on the topic of the dead what cannot be read. Called by the thread; does not wait."""


class Polling:
    """Begins when it is made. Anybody may read `trouble` and `is_member`, and the shelf with the `lock`."""

    def __init__(
        self, address: Address, shelf: Shelf, *, bury: Bury, options: Options, ring: Callable[[], None]
    ) -> None:
        """`ring`: something may be taken from the shelf, or there is trouble. Called by the thread."""
        self.lock = threading.Lock()  # for the shelf alone: librdkafka is called without it
        self.trouble: str | None = None
        self.is_member = False
        self._address = address
        self._shelf = shelf
        self._bury = bury
        self._ring = ring
        self._ear = Ear()
        self._is_in_doubt = False
        self._asks_at = 0.0
        self._commits_at = 0.0
        self._looks_at = 0.0
        self._paused: frozenset[Place] = frozenset()
        self._is_ending = threading.Event()
        self._taken = threading.Event()
        own = {"fetch.wait.max.ms": address.fetch_wait_ms}
        self._options = {**options_of(address), **CONSUMER_OPTIONS, **own, **options}
        self._callbacks = {"error_cb": self._on_error, "on_commit": self._on_commit}
        self._consumer: Consumer
        self._thread = threading.Thread(target=self._run, name="kafka-consumer", daemon=True)
        self._thread.start()

    def note_taken(self) -> None:
        """Somebody has taken from the shelf: what is paused may have room. In any thread."""
        if self._paused:
            self._taken.set()

    def end(self) -> None:
        """Leave the group soon. In any thread, without waiting."""
        self._is_ending.set()

    def join(self) -> None:
        """Return when it has ended."""
        self._thread.join()

    def _run(self) -> None:
        """One consumer after the other, if one of them breaks."""
        try:
            while not self._is_ending.is_set():
                try:
                    self._consumer = Consumer({**self._options, **self._callbacks})
                    self._consume()
                except KafkaException as refused:
                    self._set_trouble(words_of(error_of(refused)))
                    self._is_ending.wait(ASK_SECONDS)
                finally:
                    self._paused = frozenset()
                    self._is_in_doubt = True
                    self._forget(self._shelf.places)
        finally:
            if not self._is_ending.is_set():  # a bug of ours, which the thread's end tells on stderr
                self._set_trouble("nobody polls it any more in this process")

    def _consume(self) -> None:
        try:
            self._consumer.subscribe(
                list(WORK), on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_lost
            )
            while not self._is_ending.is_set():
                self._pause_and_resume()
                if self._paused:  # there is enough: what is waited for is that somebody takes of it
                    self._taken.wait(PAUSED_SECONDS)
                    self._taken.clear()
                self._take(self._consumer.poll(0 if self._paused else POLL_SECONDS))
                now = time.monotonic()
                if now >= self._commits_at:
                    self._commits_at = now + COMMIT_SECONDS
                    self._commit(asynchronous=True)
                self._look_for_overdue(now)
                self._look_for_trouble(now)
            if self.trouble is None:
                self._commit(asynchronous=False)
        finally:
            self._consumer.close()

    def _take(self, first: Message | None) -> None:
        if first is None:
            return
        # `consume` alone would wait for that many messages until the time is over
        messages = [first, *self._consumer.consume(WAITING_MAX - 1, 0)]
        with self.lock:
            for message in messages:
                self._put(message)
            has_some = self._shelf.has_some(now=time.monotonic())
        if has_some:
            self._ring()

    def _put(self, message: Message) -> None:
        error, place, offset = message.error(), _place_of(message), message.offset()
        if error is not None:
            self._on_error(error)
        elif place is not None and offset is not None:
            content = message.value()
            try:
                announcement = from_json(content)
            except Unreadable as unreadable:
                log.warning("message_unreadable", topic=place[0].value, detail=str(unreadable))
                self._bury(place[0], content or b"", str(unreadable))
                self._shelf.put(place, offset, None)
            else:
                self._shelf.put(place, offset, announcement)

    def _pause_and_resume(self) -> None:
        with self.lock:
            full, ours = self._shelf.full(self._paused), self._shelf.places
        try:
            if pausing := full - self._paused:
                self._consumer.pause(_partitions(pausing))
            if resuming := (self._paused & ours) - full:
                self._consumer.resume(_partitions(resuming))
        except KafkaException as refused:  # somebody else's by now
            self._note(refused)
        self._paused = full

    def _commit(self, *, asynchronous: bool) -> None:
        with self.lock:
            offsets = self._shelf.to_commit()
        if not offsets:
            return
        try:
            if asynchronous:
                self._consumer.commit(offsets=_partitions(offsets, offsets), asynchronous=True)
            else:
                self._consumer.commit(offsets=_partitions(offsets, offsets), asynchronous=False)
        except KafkaException as refused:
            self._note(refused)
            self._commit_again(offsets)

    def _commit_again(self, places: Iterable[Place]) -> None:
        with self.lock:
            self._shelf.was_refused(places)
        self._commits_at = time.monotonic() + COMMIT_AGAIN_SECONDS

    def _look_for_overdue(self, now: float) -> None:
        if now >= self._looks_at:
            self._looks_at = now + LOOK_SECONDS
            with self.lock:
                has_some = self._shelf.has_some(now=now)
            if has_some:
                self._ring()

    def _look_for_trouble(self, now: float) -> None:
        if not self._is_in_doubt or now < self._asks_at:
            return
        self._is_in_doubt = False
        self._set_trouble(trouble_with_topics(self._consumer, WORK, ear=self._ear))
        self._asks_at = time.monotonic() + ASK_SECONDS

    def _set_trouble(self, trouble: str | None) -> None:
        if trouble is None and self.trouble is not None:
            log.info("kafka_is_back", kafka=self._address.shown)
        elif trouble is not None and self.trouble is None:
            log.warning("kafka_trouble", kafka=self._address.shown, detail=trouble)
        self.trouble = trouble
        if trouble is not None:
            self._is_in_doubt = True
            self._ring()

    def _on_assign(self, _: Consumer, given: list[TopicPartition]) -> None:
        places = _places(given)
        self._paused -= frozenset(places)  # they are not, whoever paused them before
        with self.lock:
            self.is_member = True
            self._shelf.assign(places)

    def _on_revoke(self, _: Consumer, taken: list[TopicPartition]) -> None:
        self._commit(asynchronous=True)
        self._forget(_places(taken))

    def _on_lost(self, _: Consumer, taken: list[TopicPartition]) -> None:
        self._forget(_places(taken))

    def _forget(self, places: Iterable[Place]) -> None:
        with self.lock:
            self.is_member = False
            self._shelf.revoke(places)

    def _on_commit(self, error: KafkaError | None, partitions: list[TopicPartition]) -> None:
        refused = [each for each in partitions if error is not None or each.error is not None]
        if refused:
            log.info(
                "kafka_commit_refused", kafka=self._address.shown, detail=words_of(error) if error else ""
            )
            self._commit_again(_places(refused))

    def _on_error(self, error: KafkaError) -> None:
        self._ear.hear(error)
        self._is_in_doubt = True

    def _note(self, refused: KafkaException) -> None:
        self._is_in_doubt = True
        log.info("kafka_refused", kafka=self._address.shown, detail=words_of(error_of(refused)))


def _place_of(message: Message) -> Place | None:
    topic, partition = message.topic(), message.partition()
    return (Topic(topic), partition) if topic in tuple(WORK) and partition is not None else None


def _places(partitions: Iterable[TopicPartition]) -> list[Place]:
    return [(Topic(each.topic), each.partition) for each in partitions]


def _partitions(places: Iterable[Place], offsets: Mapping[Place, int] | None = None) -> list[TopicPartition]:
    return [
        TopicPartition(place[0].value, place[1])
        if offsets is None
        else TopicPartition(place[0].value, place[1], offsets[place])
        for place in places
    ]
