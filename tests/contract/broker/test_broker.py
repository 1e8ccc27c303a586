"""The `Broker` port: what is announced is received, in order and by one, until it is acknowledged."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
import json
import time

import pytest

from assay.domain.lane import Lane
from assay.queue.broker import Announcement, Broker, Delivery, Topic
from tests.contract.broker.places import Place

PATIENCE_SECONDS = 60.0  # far above what a busy machine takes
QUIET_SECONDS = 1.0  # what has not come by then does not
AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def announcement(name: str, *, lane: Lane = Lane.PRACTICE, generation: int = 1) -> Announcement:
    return Announcement(
        submission_id=name,
        generation=generation,
        user_id=None if name.startswith("anonymous") else "ada ü",
        problem_id="sum",
        language_id="python3",
        lane=lane,
        at=AT,
    )


def several(prefix: str, count: int, *, lane: Lane = Lane.PRACTICE) -> list[Announcement]:
    return [announcement(f"{prefix}{number:03}", lane=lane) for number in range(count)]


def names(deliveries: Sequence[Delivery]) -> list[str]:
    return [each.announcement.submission_id for each in deliveries]


async def received(broker: Broker, count: int, *, at_once: int = 10) -> list[Delivery]:
    """The next `count`, acknowledged as they come."""
    taken: list[Delivery] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(taken) < count:
        assert time.monotonic() < deadline, f"{len(taken)} of {count}: {names(taken)}"
        more = await broker.receive(limit=min(at_once, count - len(taken)))
        if not more:
            await broker.wait(timeout_seconds=0.2)
        await broker.acknowledge(more)
        taken += more
    return taken


async def is_quiet(broker: Broker, seconds: float = QUIET_SECONDS) -> bool:
    """Whether nothing comes for a while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if await broker.receive(limit=1):
            return False
        await broker.wait(timeout_seconds=0.1)
    return True


async def test_what_is_announced_is_received_as_it_was_said(broker: Broker) -> None:
    said = [
        announcement("s1", lane=Lane.CONTEST, generation=3),
        announcement("anonymous", lane=Lane.ASSESSMENT),
        announcement("s ü/3", lane=Lane.PRACTICE),
        announcement("s4", lane=Lane.REJUDGE),
    ]
    await broker.announce(said)
    heard = [each.announcement for each in await received(broker, len(said))]
    assert sorted(heard, key=lambda each: each.submission_id) == sorted(
        said, key=lambda each: each.submission_id
    )


async def test_nothing_is_received_where_nothing_is_announced(broker: Broker) -> None:
    await broker.announce([])
    await broker.check()
    assert await broker.receive(limit=5) == []
    assert set((await broker.depths()).values()) == {0}, "what was tried is gone"


async def test_a_topic_keeps_its_order(broker: Broker) -> None:
    await broker.announce(several("a", 20))
    await broker.announce(several("b", 20))
    assert names(await received(broker, 40, at_once=7)) == [
        each.submission_id for each in several("a", 20) + several("b", 20)
    ]


async def test_no_more_are_given_than_asked_for(broker: Broker) -> None:
    await broker.announce(several("c", 10, lane=Lane.CONTEST) + several("p", 10))
    taken: list[str] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(taken) < 20:
        assert time.monotonic() < deadline, taken
        more = await broker.receive(limit=3)
        assert len(more) <= 3
        await broker.acknowledge(more)
        taken += names(more)
        if not more:
            await broker.wait(timeout_seconds=0.2)
    assert len(set(taken)) == 20


@pytest.mark.parametrize("at_once", [1, 12])
async def test_high_priority_is_first_and_never_alone(place: Place, at_once: int) -> None:
    async with place.open() as announcing:
        await announcing.announce(several("n", 60) + several("h", 60, lane=Lane.CONTEST))
    async with place.open() as broker:
        await place.settle([broker])
        early = await taken_before_both_are_here(broker)
        first = "".join(name[0] for name in names(await received(broker, 48, at_once=at_once)))
        assert first.count("h") >= 2 * first.count("n") > 0, first
        assert len(await received(broker, 72 - early)) == 72 - early


async def taken_before_both_are_here(broker: Broker) -> int:
    """Take one after the other until one of high priority comes, with one of the others behind it.

    Topics are fetched by themselves: on a busy machine one is here some time before the other.
    """
    taken = ""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "h" not in taken or "n" not in taken:
        assert time.monotonic() < deadline, taken
        taken += names(await received(broker, 1))[0][0]
        await asyncio.sleep(0.2)
    return len(taken)


async def test_what_is_acknowledged_never_comes_again(place: Place) -> None:
    async with place.open() as broker:
        await place.settle([broker])
        await broker.announce(several("s", 5))
        await received(broker, 5)
        assert await is_quiet(broker, 2 * place.redelivery_seconds)
    async with place.open() as broker:
        await place.settle([broker])
        assert await is_quiet(broker)


async def test_what_a_process_had_when_it_died_goes_to_another(place: Place) -> None:
    async with place.open() as dying:
        await place.settle([dying])
        await dying.announce(several("s", 4))
        held = [*await received(dying, 1)]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(held) < 4:
            assert time.monotonic() < deadline
            held += await dying.receive(limit=4)
            await dying.wait(timeout_seconds=0.1)
        await dying.acknowledge(held[1:2])
    async with place.open() as broker:
        await place.settle([broker])
        assert sorted(names(await received(broker, 2))) == ["s002", "s003"]
        assert await is_quiet(broker)


async def test_who_leaves_keeps_nothing_from_others_and_may_come_back(place: Place) -> None:
    async with place.open() as leaving, place.open() as staying:
        await place.settle([leaving])
        await leaving.announce(several("s", 3))
        (held,) = await received(leaving, 1, at_once=1)
        await leaving.wait(timeout_seconds=PATIENCE_SECONDS)  # the next is here, and nobody has received it
        await leaving.leave()
        await leaving.leave()
        await leaving.acknowledge([held])  # of no use any more, and no harm
        assert sorted(names(await received(staying, 2))) == ["s001", "s002"]
        await staying.leave()
        await staying.announce(several("t", 2))
        assert sorted(names(await received(leaving, 2))) == ["t000", "t001"]


async def test_what_is_held_for_too_long_goes_to_another(place: Place) -> None:
    if not place.takes_from_the_living:
        return  # there it goes to another when its process does, and no sooner
    async with place.open() as slow, place.open() as broker:
        await place.settle([slow, broker])
        await slow.announce(several("s", 1))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (held := await slow.receive(limit=1)):
            assert time.monotonic() < deadline
            await slow.wait(timeout_seconds=0.1)
        assert names(await received(broker, 1)) == ["s000"]
        await slow.acknowledge(held)  # too late, and no harm
        assert await is_quiet(broker, 2 * place.redelivery_seconds)


async def test_consumers_share_and_none_gets_what_another_has(place: Place) -> None:
    async with place.open() as first, place.open() as second:
        await place.settle([first, second])
        await first.announce(several("s", 100) + several("h", 50, lane=Lane.ASSESSMENT))
        taken: list[str] = []

        async def consume(broker: Broker) -> None:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while len(taken) < 150 and time.monotonic() < deadline:
                more = await broker.receive(limit=5)
                await broker.acknowledge(more)
                taken.extend(names(more))
                if not more:
                    await broker.wait(timeout_seconds=0.1)

        await asyncio.gather(consume(first), consume(second))
        assert len(taken) == len(set(taken)) == 150


async def test_waiting_ends_when_something_comes(place: Place) -> None:
    async with place.open() as broker, place.open() as announcing:
        await place.settle([broker])
        assert await is_quiet(broker, 0.2)
        waiting = asyncio.create_task(broker.wait(timeout_seconds=PATIENCE_SECONDS))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        began = time.monotonic()
        await announcing.announce([announcement("s1")])
        await waiting
        assert time.monotonic() - began < PATIENCE_SECONDS / 2
        assert names(await received(broker, 1)) == ["s1"]


async def test_several_may_wait_at_once(place: Place) -> None:
    async with place.open() as broker, place.open() as announcing:
        await place.settle([broker])
        await asyncio.gather(*(broker.wait(timeout_seconds=0.2) for _ in range(4)))
        waiting = [asyncio.create_task(broker.wait(timeout_seconds=PATIENCE_SECONDS)) for _ in range(4)]
        await asyncio.sleep(0.2)
        await announcing.announce([announcement("s1")])
        began = time.monotonic()
        await asyncio.gather(*waiting)
        assert time.monotonic() - began < PATIENCE_SECONDS / 2
        assert names(await received(broker, 1)) == ["s1"]


async def test_waiting_ends_by_itself(broker: Broker) -> None:
    began = time.monotonic()
    await broker.wait(timeout_seconds=0.2)
    assert time.monotonic() - began < PATIENCE_SECONDS / 2


async def test_a_wait_that_is_given_up_loses_nothing(broker: Broker) -> None:
    for number in range(10):
        waiting = asyncio.create_task(broker.wait(timeout_seconds=PATIENCE_SECONDS))
        await asyncio.sleep(0.02)
        await broker.announce([announcement(f"s{number}")])
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert sorted(names(await received(broker, 10))) == [f"s{number}" for number in range(10)]


async def test_who_waits_while_something_is_there_does_not_wait(broker: Broker) -> None:
    await broker.announce(several("s", 2))
    assert names(await received(broker, 1, at_once=1)) == ["s000"]
    began = time.monotonic()
    await broker.wait(timeout_seconds=PATIENCE_SECONDS)
    assert time.monotonic() - began < PATIENCE_SECONDS / 2
    assert names(await received(broker, 1)) == ["s001"]


async def test_dead_letters_are_put_aside_with_their_cause(place: Place, broker: Broker) -> None:
    await broker.mourn(announcement("s1", generation=2), cause="no ü toolchain")
    (letter,) = [json.loads(each) for each in await place.dead_letters()]
    assert (letter["submission_id"], int(letter["generation"])) == ("s1", 2)
    assert letter["cause"] == "no ü toolchain"
    assert await is_quiet(broker, 0.3), "nobody judges the dead"


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xff\x00 no text",
        b"[]",
        b'{"submission_id": "s1"}',
        b"[" * 5000,
        json.dumps({"submission_id": "s", "user_id": "", "problem_id": "p", "language": "c",
                    "priority": "none such", "timestamp": AT.isoformat(), "generation": 1}).encode(),
    ],
    ids=["bytes", "list", "fields", "deep", "lane"],
)  # fmt: skip
async def test_what_cannot_be_read_is_among_the_dead_and_holds_up_nobody(
    place: Place, broker: Broker, garbage: bytes
) -> None:
    await place.put(Topic.NORMAL, garbage)
    await broker.announce([announcement("s1")])
    assert names(await received(broker, 1)) == ["s1"]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (letters := await place.dead_letters()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    assert len(letters) == 1
    assert await is_quiet(broker, 2 * place.redelivery_seconds)
    assert len(await place.dead_letters()) == 1


async def test_depths_say_how_much_waits(broker: Broker) -> None:
    await broker.announce(several("n", 3) + several("h", 2, lane=Lane.CONTEST))
    await broker.mourn(announcement("d"), cause="poison")
    deadline = time.monotonic() + PATIENCE_SECONDS
    wanted = {Topic.HIGH_PRIORITY: 2, Topic.NORMAL: 3, Topic.DEAD: 1}
    while (depths := await broker.depths()) != wanted:
        assert time.monotonic() < deadline, depths
        await asyncio.sleep(0.05)
    await received(broker, 5)
    wanted = {Topic.HIGH_PRIORITY: 0, Topic.NORMAL: 0, Topic.DEAD: 1}
    while (depths := await broker.depths()) != wanted:
        assert time.monotonic() < deadline, depths
        await asyncio.sleep(0.05)
