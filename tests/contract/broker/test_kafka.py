"""What Kafka makes of trouble: lost data, processes that are killed, members that come and go."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
import json
import sys
import threading
import time
from typing import TypeVar

from confluent_kafka import Consumer, Message, TopicPartition
from confluent_kafka.admin import AdminClient
import pytest

from assay.adapters.kafka.address import Making, read_address
from assay.adapters.kafka.broker import KafkaBroker
from assay.adapters.kafka.connection import Ear, options_of
from assay.adapters.kafka.shelf import WAITING_MAX
from assay.adapters.kafka.topics import trouble_with_topics
from assay.domain.lane import Lane
from assay.errors import Unavailable
from assay.queue.broker import Broker, Delivery, Topic
from tests.contract.broker.kafka_topics import KafkaTopics
from tests.contract.broker.test_broker import (
    PATIENCE_SECONDS,
    announcement,
    is_quiet,
    names,
    received,
    several,
)
from tests.engines.kafka import OPTIONS, KafkaServer, running_kafka
from tests.engines.ports import free_port

T = TypeVar("T")
PARTITIONS = 4
HOLDER = """
import asyncio, sys
from assay.adapters.kafka.address import read_address
from assay.adapters.kafka.broker import KafkaBroker
from tests.engines.kafka import OPTIONS

async def main():
    broker, held = KafkaBroker(read_address(sys.argv[1]), options=OPTIONS), []
    while len(held) < 3:
        held += await broker.receive(limit=3)
        await broker.wait(timeout_seconds=0.1)
    print("holds", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def server() -> Iterator[KafkaServer]:
    with running_kafka() as started:
        yield started


@pytest.fixture
def topics(server: KafkaServer) -> KafkaTopics:
    made = KafkaTopics(server, partitions=PARTITIONS)
    made.make()
    return made


@pytest.fixture
async def broker(topics: KafkaTopics) -> AsyncIterator[KafkaBroker]:
    async with topics.consumer() as opened:
        await topics.settle([opened])
        yield opened


async def until(asking: Callable[[], Awaitable[T]], is_so: Callable[[T], bool] = lambda _: True) -> T:
    """What is answered in the end, whatever is out of reach until then."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if is_so(answer := await asking()):
                return answer
        except Unavailable:
            pass
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def held_by(broker: Broker, count: int) -> list[Delivery]:
    """Received and not acknowledged."""
    held: list[Delivery] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(held) < count:
        assert time.monotonic() < deadline, names(held)
        held += await broker.receive(limit=count - len(held))
        await broker.wait(timeout_seconds=0.1)
    return held


async def test_a_message_has_these_fields_and_a_problem_has_many_keys(
    server: KafkaServer, topics: KafkaTopics
) -> None:
    async with topics.consumer() as announcing:
        await announcing.announce([announcement("anonymous", lane=Lane.ASSESSMENT, generation=7)])
        await announcing.announce(several("s", 50))
        await announcing.announce(several("s", 50))

    def read(topic: Topic) -> list[Message]:
        reader = Consumer({"bootstrap.servers": server.place, "group.id": "watchers"})
        reader.assign([TopicPartition(topic.value, number, 0) for number in range(PARTITIONS)])
        wanted = {Topic.NORMAL: 100, Topic.HIGH_PRIORITY: 1}[topic]
        messages = reader.consume(wanted, 30)
        reader.close()
        assert len(messages) == wanted
        return messages

    (high,) = await asyncio.to_thread(read, Topic.HIGH_PRIORITY)
    assert json.loads(high.value() or b"") == {
        "submission_id": "anonymous",
        "user_id": None,
        "problem_id": "sum",
        "language": "python3",
        "priority": "assessment",
        "timestamp": "2026-03-01T12:00:00.123456+00:00",
        "generation": 7,
    }
    places: dict[str, set[tuple[bytes | None, int | None]]] = {}
    for message in await asyncio.to_thread(read, Topic.NORMAL):
        name = json.loads(message.value() or b"")["submission_id"]
        places.setdefault(name, set()).add((message.key(), message.partition()))
    assert all(len(found) == 1 for found in places.values()), "a submission is always at one place"
    keys, used = (set(found) for found in zip(*(found.pop() for found in places.values()), strict=True))
    assert all(key is not None and key.startswith(b"sum#") for key in keys)
    assert len(used) == PARTITIONS


async def test_a_kafka_that_comes_back_without_its_data_is_used_as_it_is(
    server: KafkaServer, topics: KafkaTopics
) -> None:
    address = replace(topics.address, making=Making(partitions=PARTITIONS, replicas=1))
    broker = KafkaBroker(address, options=OPTIONS)
    await broker.announce(several("lost", 3))
    held = await held_by(broker, 1)
    server.stop()
    for call in (
        lambda: broker.announce([announcement("s")]),
        lambda: broker.mourn(announcement("s"), cause="x"),
        broker.depths,
    ):
        with pytest.raises(Unavailable):
            await call()
    server.start()
    await broker.acknowledge(held)  # of what it does not know any more
    await until(lambda: broker.announce([announcement("after")]))
    assert "after" in names(
        await until(lambda: broker.receive(limit=9), lambda taken: "after" in names(taken))
    )
    made = await asyncio.to_thread(AdminClient(options_of(address)).list_topics, timeout=10)
    assert {len(made.topics[topic.value].partitions) for topic in Topic} == {PARTITIONS}
    await broker.close()


async def test_a_kafka_that_dies_is_out_of_reach_for_those_who_receive(
    server: KafkaServer, broker: KafkaBroker
) -> None:
    await broker.announce(several("s", 2))
    await held_by(broker, 2)
    server.stop()
    with pytest.raises(Unavailable) as refusal:
        await broker.wait(timeout_seconds=PATIENCE_SECONDS)
    assert server.url in refusal.value.message
    with pytest.raises(Unavailable):
        await broker.receive(limit=1)


async def test_a_kafka_that_hangs_is_out_of_reach_and_comes_back(
    server: KafkaServer, broker: KafkaBroker
) -> None:
    await broker.announce([announcement("before")])
    server.freeze()
    try:
        with pytest.raises(Unavailable):
            await broker.announce([announcement("meanwhile")])
    finally:
        server.thaw()
    await until(lambda: broker.announce([announcement("after")]))
    taken: set[str] = set()

    async def take() -> set[str]:
        taken.update(names(await broker.receive(limit=9)))
        return taken

    await until(take, lambda found: {"before", "after"} <= found)


async def test_what_a_killed_process_held_goes_to_another(server: KafkaServer, topics: KafkaTopics) -> None:
    async with topics.consumer() as broker:
        await broker.announce(several("s", 3))
        holder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", HOLDER, server.url, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"holds\n"
        holder.kill()
        await holder.wait()
        assert sorted(names(await received(broker, 3))) == ["s000", "s001", "s002"]


async def test_consumers_share_the_partitions_and_what_comes_on_them(topics: KafkaTopics) -> None:
    async with topics.consumer() as first, topics.consumer() as second:
        await topics.settle([first, second])
        await first.announce(several("s", 100))
        taken: dict[Broker, list[str]] = {first: [], second: []}

        async def consume(broker: Broker) -> None:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while sum(map(len, taken.values())) < 100 and time.monotonic() < deadline:
                more = await broker.receive(limit=5)
                await broker.acknowledge(more)
                taken[broker] += names(more)
                await broker.wait(timeout_seconds=0.1)

        await asyncio.gather(consume(first), consume(second))
        assert len({*taken[first], *taken[second]}) == 100
        assert min(map(len, taken.values())) > 0


async def test_who_leaves_has_no_partitions_any_more_though_its_process_lives(topics: KafkaTopics) -> None:
    async with topics.consumer() as leaving, topics.consumer() as staying:
        await topics.settle([leaving, staying])
        waiting = asyncio.create_task(leaving.wait(timeout_seconds=10 * PATIENCE_SECONDS))
        await asyncio.sleep(0)
        await leaving.leave()
        await topics.settle([staying])
        await waiting


async def test_when_partitions_are_given_out_anew_what_was_held_comes_again(topics: KafkaTopics) -> None:
    async with topics.consumer() as first:
        await topics.settle([first])
        await first.announce(several("s", 40))
        held = await held_by(first, 40)
        async with topics.consumer() as second:
            await topics.settle([first, second])
            await first.acknowledge(held)  # in vain: that was before
            mine: list[Delivery] = []
            theirs: list[Delivery] = []
            deadline = time.monotonic() + PATIENCE_SECONDS
            while len(mine) + len(theirs) < 40:
                assert time.monotonic() < deadline, names(mine + theirs)
                mine += await first.receive(limit=40)
                theirs += await second.receive(limit=40)
                await asyncio.sleep(0.05)
            assert mine
            assert theirs
            assert sorted(names(mine + theirs)) == sorted(names(held))
            assert (await first.depths())[Topic.NORMAL] == 40
            await first.acknowledge(mine)
            await second.acknowledge(theirs)
            await until(first.depths, lambda found: found[Topic.NORMAL] == 0)


async def test_who_announces_nothing_has_made_the_topics_and_a_producer_is_ready(
    server: KafkaServer,
) -> None:
    making = replace(read_address(server.url), making=Making(partitions=2, replicas=1))
    watching = AdminClient(options_of(making))
    assert trouble_with_topics(watching, Topic, ear=Ear(), seconds_max=10) is not None
    broker = KafkaBroker(making, options=OPTIONS)
    await broker.announce([])
    assert trouble_with_topics(watching, Topic, ear=Ear(), seconds_max=10) is None
    assert "kafka-producer" in [thread.name for thread in threading.enumerate()]
    await broker.close()
    assert "kafka-producer" not in [thread.name for thread in threading.enumerate()]


async def test_who_receives_nothing_stays_in_the_group_and_fetches_no_more_than_it_may(
    topics: KafkaTopics,
) -> None:
    count = 3 * WAITING_MAX
    busy = KafkaBroker(topics.address, options={**OPTIONS, "max.poll.interval.ms": 6000})
    await topics.settle([busy])
    await busy.announce(several("s", count))
    await asyncio.sleep(7)
    assert busy.join() == 2 * PARTITIONS
    at_once = await busy.receive(limit=count)
    assert WAITING_MAX <= len(at_once) <= 2 * WAITING_MAX
    await busy.acknowledge(at_once)
    rest = await received(busy, count - len(at_once))
    assert len({*names(at_once), *names(rest)}) == count
    await busy.close()


async def test_what_lies_after_one_that_was_not_acknowledged_comes_again(server: KafkaServer) -> None:
    topics = KafkaTopics(server, partitions=1)
    topics.make()
    async with topics.consumer() as broker:
        await broker.announce(several("s", 5))
        held = await held_by(broker, 5)
        await broker.acknowledge([held[0], *held[2:]])
        await until(broker.depths, lambda found: found[Topic.NORMAL] == 4)
    async with topics.consumer() as broker:
        assert names(await received(broker, 4)) == ["s001", "s002", "s003", "s004"]


async def test_what_is_not_acknowledged_in_time_is_given_again(topics: KafkaTopics) -> None:
    async with topics.consumer(redelivery_seconds=0.5) as broker:
        await topics.settle([broker])
        await broker.announce([announcement("s")])
        held = await held_by(broker, 1)
        again = await held_by(broker, 1)
        assert names(again) == names(held) == ["s"]
        await broker.acknowledge(held)
        assert await is_quiet(broker, 1.5)


async def test_nobody_there_is_unavailable_and_ends_soon() -> None:
    broker = KafkaBroker(read_address(f"kafka://127.0.0.1:{free_port()}"), options=OPTIONS)
    with pytest.raises(Unavailable):
        await broker.wait(timeout_seconds=PATIENCE_SECONDS)
    with pytest.raises(Unavailable, match="refused"):  # and not only that no answer came
        await broker.announce([announcement("s")])
    with pytest.raises(Unavailable):
        await broker.depths()
    with pytest.raises(Unavailable):
        await broker.check()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await broker.close()


async def test_who_may_not_is_unavailable_and_no_password_is_told(
    server: KafkaServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    no_authority = tmp_path_factory.mktemp("ca") / "ca.pem"
    no_authority.write_text("no certificate\n")
    for url in (
        f"kafka://judge:s3cret@{server.place}?sasl=plain",
        f"kafka+ssl://judge:s3cret@{server.place}",
        f"kafka+ssl://{server.place}?ca={no_authority}",
    ):
        broker = KafkaBroker(read_address(url), options=OPTIONS)
        calls: list[Awaitable[object]] = [
            broker.announce([announcement("s")]),
            broker.wait(timeout_seconds=PATIENCE_SECONDS),
        ]
        for call in calls:
            with pytest.raises(Unavailable) as refusal:
                await call
            assert "s3cret" not in refusal.value.message
        await broker.close()


def test_topics_that_are_missing_are_named(server: KafkaServer) -> None:
    topics = KafkaTopics(server)
    client = AdminClient(options_of(topics.address))
    trouble = trouble_with_topics(client, Topic, ear=Ear())
    assert trouble is not None
    assert all(topic.value in trouble for topic in Topic)
    topics.make()
    assert trouble_with_topics(client, Topic, ear=Ear()) is None
    topics.make()  # and again, which is no trouble
