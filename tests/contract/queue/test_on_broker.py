"""A worker's queue behind a broker, when something is lost: broker, relay, messages, or the right worker."""

from collections.abc import Sequence

import pytest

from assay.adapters.memory.broker import MemoryTopics
from assay.adapters.memory.doorbell import MemoryDoorbell
from assay.domain.lane import Lane
from assay.errors import Unavailable
from assay.queue.broker import Announcement, Topic
from assay.queue.broker_journal import BrokerNews, Reach
from assay.queue.on_broker import (
    LOOK_SECONDS,
    PATIENCE_SECONDS,
    REFUSALS_MAX,
    REST_SECONDS,
    BrokerQueue,
    BrokerWakeups,
)
from assay.queue.ports import Place
from assay.queue.relay import PATIENCE_SECONDS as RELAYS_PATIENCE_SECONDS
from assay.queue.rules import DEATHS_MAX
from tests.contract.houses import House
from tests.contract.queue.frail import AWAY, FrailBroker
from tests.contract.queue.relayed import Noted, RelayedQueue, with_broker


class Office:
    """A house behind a broker, with a hand on each of its parts. `claim` is a worker's alone."""

    def __init__(self, house: House) -> None:
        self.table = house.queue
        self.house = with_broker(house)
        assert isinstance(self.house.queue, RelayedQueue)
        self.queue = self.house.queue
        self.topics = MemoryTopics(clock=house.clock)
        self.broker = FrailBroker(self.topics)
        self.queue.broker = self.broker
        self.queue._broker = self.broker
        self.journal: Noted = self.queue.journal
        self._tokens = 0

    async def claim(self, limit: int = 10, languages: Sequence[str] | None = None) -> list[str]:
        self._tokens += 1
        leases = await BrokerQueue.claim(
            self.queue, worker_id="w1", token=f"t{self._tokens}", limit=limit, lease_seconds=30,
            languages=languages,
        )  # fmt: skip
        return [lease.submission_id for lease in leases]

    async def announce(self) -> int:
        told, _ = await self.queue.relay().announce()
        return told

    def pass_seconds(self, seconds: float) -> None:
        self.house.clock.pass_seconds(seconds)


@pytest.fixture
def office(house: House) -> Office:
    return Office(house)


async def test_a_worker_hears_of_what_is_announced_and_of_nothing_else(office: Office) -> None:
    await office.house.submit("s1")
    assert await office.announce() == 1
    await office.house.submit("s2")
    assert await office.claim() == ["s1"]
    assert await office.announce() == 1
    assert await office.claim() == ["s2"]
    assert (await office.broker.depths())[Topic.NORMAL] == 0, "and both are acknowledged"
    assert office.journal.count(BrokerNews.ANNOUNCED) == 2


async def test_a_message_that_comes_twice_is_one_job(office: Office) -> None:
    await office.house.submit("s1")
    await office.announce()
    for content in office.topics.contents(Topic.NORMAL):
        office.topics.put(Topic.NORMAL, content)
    assert await office.claim() == ["s1"]
    assert await office.claim() == []
    assert (await office.broker.depths())[Topic.NORMAL] == 0


async def test_stale_messages_keep_nobody_from_what_is_behind_them(office: Office) -> None:
    for number in range(5):
        await office.house.submit(f"s{number}")
    await office.announce()
    assert len(await office.table.claim(worker_id="w2", token="others", limit=4, lease_seconds=30)) == 4
    assert await office.claim(limit=1) == ["s4"]


async def test_what_a_broker_loses_is_claimed_from_the_rows_after_a_while(office: Office) -> None:
    await office.house.submit("s1")
    await office.announce()
    office.topics.lose_everything()
    assert await office.claim() == []
    office.pass_seconds(PATIENCE_SECONDS + LOOK_SECONDS)
    assert await office.claim() == ["s1"]
    assert office.journal.count(BrokerNews.OVERLOOKED) == 1


async def test_without_a_relay_jobs_are_claimed_after_a_while(office: Office) -> None:
    await office.house.submit("s1")
    assert await office.claim() == []
    office.pass_seconds(PATIENCE_SECONDS)
    assert await office.claim() == ["s1"]


async def test_looks_into_the_rows_are_apart_unless_they_find_enough(office: Office) -> None:
    for number in range(3):
        await office.house.submit(f"s{number}")
    office.pass_seconds(PATIENCE_SECONDS - LOOK_SECONDS / 2)
    assert await office.claim() == []
    office.pass_seconds(LOOK_SECONDS / 2)
    assert await office.claim() == [], "it has looked just now"
    office.pass_seconds(LOOK_SECONDS / 2)
    assert await office.claim(limit=1) == ["s0"]
    assert await office.claim(limit=1) == ["s1"], "there may be more, and there is"
    assert await office.claim(limit=2) == ["s2"]


async def test_while_the_broker_is_away_the_rows_are_the_queue(office: Office) -> None:
    office.broker.fails = {"all"}
    await office.house.submit("s1")
    assert await office.claim() == ["s1"]
    asked = office.broker.asked
    await office.house.submit("s2")
    assert await office.claim() == ["s2"], "at once"
    assert office.broker.asked == asked, "and the broker is not asked each time"
    office.broker.fails = set()
    office.pass_seconds(REST_SECONDS)
    assert await office.claim() == []
    assert [news for news, _ in office.journal.news] == [
        BrokerNews.WITHOUT_BROKER,
        BrokerNews.WITH_BROKER_AGAIN,
    ]


async def test_a_claim_stands_though_it_cannot_be_acknowledged(office: Office) -> None:
    await office.house.submit("s1")
    await office.announce()
    office.broker.fails = {"acknowledge"}
    assert await office.claim() == ["s1"]
    office.broker.fails = set()
    office.pass_seconds(office.topics.redelivery_seconds)
    assert await office.claim() == [], "it comes again, and is no job any more"
    assert (await office.broker.depths())[Topic.NORMAL] == 0


async def test_a_relay_announces_again_what_the_broker_has_lost_and_nothing_else(office: Office) -> None:
    for number in range(4):
        await office.house.submit(f"s{number}")
    await office.announce()
    office.pass_seconds(RELAYS_PATIENCE_SECONDS + 1)
    assert await office.announce() == 0, "all are in the line still"
    office.topics.lose_everything()
    assert await office.announce() == 4
    assert await office.announce() == 0
    assert office.journal.count(BrokerNews.ANNOUNCED_AGAIN) == 4
    assert await office.claim() == ["s0", "s1", "s2", "s3"]


async def test_a_relay_that_dies_between_telling_and_marking_tells_twice(office: Office) -> None:
    await office.house.submit("s1")
    found = await office.house.announcements.due(window=5, patience_seconds=5)
    await office.broker.announce(found.fresh)
    assert await office.announce() == 1
    assert await office.claim() == ["s1"]
    assert await office.claim() == []


async def test_a_relay_says_when_it_cannot(office: Office) -> None:
    await office.house.submit("s1")
    office.broker.fails = {"announce"}
    with pytest.raises(Unavailable, match=AWAY):
        await office.announce()
    office.broker.fails = set()
    assert await office.announce() == 1


async def test_what_a_worker_cannot_judge_goes_on_to_another(office: Office) -> None:
    await office.house.submit("s1", language_id="cobol")
    await office.announce()
    assert await office.claim(languages=["c"]) == []
    assert await office.announce() == 1, "anew"
    assert await office.claim(languages=["cobol"]) == ["s1"]


async def test_what_a_worker_cannot_judge_does_not_go_round_for_ever(office: Office) -> None:
    await office.house.submit("s1", language_id="cobol")
    told = 0
    for _ in range(20):
        told += await office.announce()
        assert await office.claim(languages=["c"]) == []
    assert told == 1 + REFUSALS_MAX
    office.pass_seconds(PATIENCE_SECONDS + LOOK_SECONDS)
    assert await office.claim(languages=["c"]) == []
    assert await office.claim(languages=["cobol"]) == []
    office.pass_seconds(LOOK_SECONDS)
    assert await office.claim(languages=["cobol"]) == ["s1"]


async def test_languages_that_nobody_has_do_not_fill_the_line(office: Office) -> None:
    for number in range(5):
        await office.house.submit(f"a{number}", language_id="cobol")
    await office.house.submit("b", language_id="c")
    relay = office.queue.relay(["c"], window=3)
    assert await relay.announce() == (1, False)
    assert await office.claim() == ["b"]


async def test_the_window_grows_with_the_fleet(office: Office) -> None:
    for number in range(50):
        await office.house.submit(f"s{number:02}")
    assert await office.queue.relay().announce() == (32, True)
    relay = office.queue.relay()
    relay._workers.slots = 10  # type: ignore[attr-defined]
    assert await relay.announce() == (8, True)


async def test_the_dead_are_mourned_and_dead_whether_the_broker_hears_or_not(office: Office) -> None:
    for name in ("s1", "s2"):
        await office.house.submit(name, place=Place(lane=Lane.CONTEST))
    await office.announce()
    leases = await BrokerQueue.claim(office.queue, worker_id="w", token="t", limit=5, lease_seconds=30)
    assert await office.queue.bury(leases[0], cause="poison")
    (letter,) = office.topics.contents(Topic.DEAD)
    assert b"poison" in letter
    assert b"s1" in letter
    assert not await office.queue.bury(leases[0], cause="poison"), "it was the last word"
    office.broker.fails = {"all"}
    assert await office.queue.bury(leases[1], cause="poison")
    assert len(office.topics.contents(Topic.DEAD)) == 1


async def test_who_dies_of_dead_workers_is_mourned_by_who_finds_it(office: Office) -> None:
    await office.house.submit("s1")
    for _ in range(DEATHS_MAX):
        await office.announce()
        assert await office.claim() == ["s1"]
        assert office.topics.contents(Topic.DEAD) == []
        office.pass_seconds(31)
        await office.queue.sweep()
    (letter,) = office.topics.contents(Topic.DEAD)
    assert b"fell silent" in letter
    assert b"s1" in letter
    await office.queue.sweep()
    assert len(office.topics.contents(Topic.DEAD)) == 1, "once"


async def test_a_broker_that_was_away_hears_of_the_dead_at_the_next_sweep(office: Office) -> None:
    for name in ("s1", "s2"):
        await office.house.submit(name)
    leases = await office.table.claim(worker_id="w", token="t", limit=2, lease_seconds=30)
    office.broker.fails = {"mourn"}
    for lease in leases:
        assert await office.queue.bury(lease, cause="poison")
    await office.queue.sweep()
    assert office.topics.contents(Topic.DEAD) == []
    office.broker.fails = set()
    await office.queue.sweep()
    assert len(office.topics.contents(Topic.DEAD)) == 2


async def test_what_was_claimed_is_kept_though_the_table_goes_away(office: Office) -> None:
    class Failing:
        """The table goes away after the first claim."""

        async def overlooked(self, **_: object) -> list[Announcement]:
            raise Unavailable("no database")

        def __getattr__(self, name: str) -> object:
            return getattr(office.house.announcements, name)

    await office.house.submit("s1")
    await office.announce()
    office.queue._announcements = Failing()  # type: ignore[assignment]
    assert await office.claim(limit=2) == ["s1"]
    office.pass_seconds(LOOK_SECONDS)
    with pytest.raises(Unavailable, match="no database"):
        await office.claim(limit=2)


async def test_without_a_broker_the_bell_wakes(house: House) -> None:
    journal = Noted()
    broker, bell = FrailBroker(MemoryTopics(clock=house.clock)), MemoryDoorbell()
    reach = Reach(journal, clock=house.clock, rest_seconds=REST_SECONDS)
    wakeups = BrokerWakeups(broker, bell, reach=reach)
    broker.fails = {"all"}
    bell.ring()
    await wakeups.wait(timeout_seconds=3600)
    bell.ring()
    await wakeups.wait(timeout_seconds=3600)
    assert broker.asked == 1
    broker.fails = set()
    house.clock.pass_seconds(REST_SECONDS)
    await broker.announce([])
    broker._topics.put(Topic.NORMAL, b"anything")
    await wakeups.wait(timeout_seconds=3600)
