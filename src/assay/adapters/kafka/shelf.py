"""What a consumer was given and nobody has received, what was received and is not settled, what to commit.

    fetched ──put──▶ waiting ──take──▶ out ──settle──▶ (the prefix of its partition grows) ──▶ committed
                                        └─ for too long: given out once more

Kafka gives a partition to one consumer of a group at a time. When it goes to another, all that is here of it
is dropped: that one starts where we committed.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from assay.adapters.broker.turns import Turns
from assay.adapters.kafka.prefix import Prefix
from assay.queue.broker import Announcement, Delivery, Topic

WAITING_MAX = 256  # of a topic: its partitions serve nobody else anyway, and a pause drops what is on its way
WINDOW_MAX = 1024  # of a partition: after one that is not settled; what would come again after a death

Place = tuple[Topic, int]
"""A partition of a topic."""


@dataclass(eq=False, kw_only=True)
class Partition:
    """One that is ours now, until it is somebody else's or its log is another. `asked`: to be committed."""

    place: Place
    prefix: Prefix = field(default_factory=Prefix)
    asked: int | None = None


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Of no use once the partition is not ours any more."""

    partition: Partition
    offset: int


class Shelf:
    """Knows nothing of Kafka's library, threads or clocks."""

    def __init__(self, *, redelivery_seconds: float) -> None:
        self._redelivery_seconds = redelivery_seconds
        self._partitions: dict[Place, Partition] = {}
        self._waiting = {topic: deque[Delivery]() for topic in (Topic.HIGH_PRIORITY, Topic.NORMAL)}
        self._out: dict[Receipt, tuple[Delivery, float]] = {}  # the first was taken first
        self._turns = Turns()

    @property
    def places(self) -> frozenset[Place]:
        return frozenset(self._partitions)

    def assign(self, places: Iterable[Place]) -> None:
        for place in places:
            self._drop(place)
            self._partitions[place] = Partition(place=place)

    def revoke(self, places: Iterable[Place]) -> None:
        for place in places:
            self._drop(place)

    def put(self, place: Place, offset: int, announcement: Announcement | None) -> None:
        """A message that was fetched. None: it is none, and dealt with."""
        if place not in self._partitions:
            return
        if not self._partitions[place].prefix.follows(offset):
            self.assign([place])  # somebody has made this log anew
        partition = self._partitions[place]
        partition.prefix.take(offset)
        if announcement is None:
            partition.prefix.settle(offset)
        else:
            receipt = Receipt(partition=partition, offset=offset)
            self._waiting[place[0]].append(Delivery(announcement=announcement, receipt=receipt))

    def take(self, limit: int, *, now: float) -> list[Delivery]:
        """What has been out for too long, then what waits: high priority first, but never alone."""
        again = list(islice(self._overdue(now), limit))
        limit -= len(again)
        high, normal = self._waiting[Topic.HIGH_PRIORITY], self._waiting[Topic.NORMAL]
        new: list[Delivery] = []
        for line, most in (
            (high, limit - self._turns.kept_for_normal(limit)),
            (normal, limit),
            (high, limit),
        ):
            new += [line.popleft() for _ in range(min(most, limit - len(new), len(line)))]
        self._turns.count(len(new))
        for delivery in again + new:
            receipt = _receipt_of(delivery)
            self._out.pop(receipt, None)
            self._out[receipt] = (delivery, now)
        return again + new

    def has_some(self, *, now: float) -> bool:
        return any(self._waiting.values()) or next(self._overdue(now), None) is not None

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            receipt = _receipt_of(delivery)
            self._out.pop(receipt, None)
            receipt.partition.prefix.settle(receipt.offset)

    def to_commit(self) -> dict[Place, int]:
        """How far to commit where it is further than was asked for."""
        found = {}
        for place, partition in self._partitions.items():
            offset = partition.prefix.done_to
            if offset is not None and offset != partition.asked:
                found[place] = partition.asked = offset
        return found

    def was_refused(self, places: Iterable[Place]) -> None:
        """What was asked for is not committed: ask again."""
        for place in places:
            if place in self._partitions:
                self._partitions[place].asked = None

    def full(self, paused: frozenset[Place]) -> frozenset[Place]:
        """Of which partitions nothing more is to be fetched for now.

        Those that are paused stay so until there is some room: each time they go on, Kafka is asked anew.
        """
        return frozenset(
            place
            for place, partition in self._partitions.items()
            for share in [2 if place in paused else 1]
            if len(self._waiting[place[0]]) * share >= WAITING_MAX
            or partition.prefix.span * share >= WINDOW_MAX
        )

    def _overdue(self, now: float) -> Iterator[Delivery]:
        for delivery, taken_at in self._out.values():
            if taken_at + self._redelivery_seconds > now:
                return
            yield delivery

    def _drop(self, place: Place) -> None:
        gone = self._partitions.pop(place, None)
        if gone is None:
            return
        line = self._waiting[place[0]]
        kept = [delivery for delivery in line if _receipt_of(delivery).partition is not gone]
        line.clear()
        line.extend(kept)
        self._out = {receipt: out for receipt, out in self._out.items() if receipt.partition is not gone}


def _receipt_of(delivery: Delivery) -> Receipt:
    if not isinstance(delivery.receipt, Receipt):
        raise TypeError("a receipt of another broker")
    return delivery.receipt
