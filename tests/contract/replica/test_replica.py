"""Reading from a standby: the primary's work is spared, and nothing older is ever shown than was before."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import time

import pytest

from assay.adapters.memory.doorbell import MemoryDoorbell
from assay.adapters.postgres.replica import open_replica
from assay.adapters.postgres.replica_reading import ReplicaReader
from assay.adapters.postgres.replica_scripts import ReplicaScripts
from assay.adapters.postgres.scripts import PostgresScripts
from assay.adapters.sql.desk import SqlQueueDesk
from assay.cli.checks import Check
from assay.cli.doctor_database import check_replica
from assay.domain.events import Progress
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict
from assay.errors import Unavailable
from assay.queue.desk import JobState, Selection
from assay.settings import read_settings
from tests.contract.houses import judgement
from tests.contract.replica.conftest import LAG_SECONDS_MAX, Doors
from tests.engines.postgres import running_postgres

COMPILING = Progress(status=SubmissionStatus.COMPILING)


@contextmanager
def replay_paused(doors: Doors) -> Iterator[None]:
    """What is committed meanwhile comes to the standby, which does not show it."""
    doors.pair.standby.pause_replay()
    try:
        yield
    finally:
        doors.pair.standby.resume_replay()


async def test_what_the_standby_has_is_read_there(doors: Doors) -> None:
    lease = await doors.house.submit_and_claim()
    assert await doors.house.verdicts.finish(lease, judgement(lease))
    doors.catch_up()
    assert await doors.reader.submission("s1") == await doors.house.reader.submission("s1")
    assert await doors.reader.judgements("s1") == await doors.house.reader.judgements("s1")
    assert await doors.reader.judgement("j1") == await doors.house.reader.judgement("j1")
    assert doors.replica.reads == {"replica": 3, "primary": 0}


async def test_what_was_just_accepted_is_found_though_the_standby_has_it_not_yet(doors: Doors) -> None:
    with replay_paused(doors):
        await doors.house.submit("s1")
        state = await doors.reader.submission("s1")
    assert state is not None
    assert state.last_seq == 1
    assert doors.replica.reads == {"replica": 0, "primary": 1}


async def test_a_result_never_goes_back_in_whichever_process_it_is_asked_for(doors: Doors) -> None:
    lease = await doors.house.submit_and_claim()
    doors.catch_up()
    with replay_paused(doors):
        assert await doors.house.verdicts.finish(lease, judgement(lease))
        for reader in (doors.reader, doors.other):
            state = await reader.submission("s1")
            assert state is not None
            assert (state.status, state.verdict) == (SubmissionStatus.JUDGED, Verdict.WA)
            assert [each.id for each in await reader.judgements("s1")] == ["j1"]
            assert await reader.judgement("j1") is not None
    assert doors.replica.reads["replica"] == 0


async def test_what_clients_see_only_goes_forward_while_the_standby_comes_and_goes(doors: Doors) -> None:
    lease = await doors.house.submit_and_claim()
    seen = 0
    for turn in range(40):
        if turn % 8 == 3:
            doors.pair.standby.pause_replay()
        if turn % 8 == 7:
            doors.pair.standby.resume_replay()
            doors.catch_up()
        if turn % 2:
            assert await doors.house.verdicts.progress(lease, COMPILING)
        state = await (doors.reader, doors.other)[turn % 2 if turn % 3 else 0].submission("s1")
        assert state is not None
        assert state.last_seq >= seen
        seen = state.last_seq
    reads = doors.replica.reads
    assert reads["replica"] > 0, "the standby answered some"
    assert reads["primary"] > 0, "and was behind for others"


async def test_nobody_has_what_nobody_submitted(doors: Doors) -> None:
    assert await doors.reader.submission("nobody") is None
    assert await doors.reader.judgements("nobody") == []
    assert await doors.reader.judgement("nobody") is None
    assert await doors.reader.events("nobody", after_seq=0) == []


async def test_many_who_ask_at_once_ask_the_primary_in_few_statements(doors: Doors) -> None:
    for number in range(50):
        await doors.house.submit(f"s{number}")
    doors.catch_up()
    asked = 0
    fetch = doors.database.fetch

    async def counting(sql: str, *values: object) -> list[object]:
        nonlocal asked
        asked += 1
        return list(await fetch(sql, *values))

    doors.database.fetch = counting  # type: ignore[method-assign,assignment]
    states = await asyncio.gather(*(doors.reader.submission(f"s{number}") for number in range(50)))
    assert all(state is not None for state in states)
    assert doors.replica.reads == {"replica": 50, "primary": 0}
    assert asked < 10


async def test_a_standby_that_is_away_is_done_without_and_asked_again_when_it_is_back(doors: Doors) -> None:
    await doors.house.submit("s1")
    doors.catch_up()
    doors.pair.standby.stop()
    try:
        assert await doors.reader.submission("s1") is not None
        assert doors.replica.trouble is not None
        assert "secret" not in doors.replica.trouble
        assert await doors.reader.judgements("s1") == []
        with pytest.raises(Unavailable):
            await doors.replica.read(lambda connection: connection.fetch("SELECT 1"))
        assert doors.replica.reads == {"replica": 0, "primary": 2}
    finally:
        doors.pair.standby.start()
    await doors.comes_true(lambda: doors.replica.trouble is None)
    doors.catch_up()
    assert await doors.reader.submission("s1") is not None
    assert doors.replica.reads == {"replica": 1, "primary": 2}


async def test_a_standby_that_is_too_far_behind_is_not_asked(doors: Doors) -> None:
    there = doors.standby_url()
    async with open_replica(there, primary=doors.database, lag_seconds_max=0.1) as replica:
        reader = ReplicaReader(doors.database, replica)
        with replay_paused(doors):
            await doors.house.submit("s1")
            begun = time.monotonic()
            while replica.trouble is None and time.monotonic() < begun + 30:
                await asyncio.sleep(0.05)
                await replica.look()
            assert replica.trouble is not None
            assert "behind" in replica.trouble
            assert replica.lag_seconds is not None
            assert replica.lag_seconds > 0.1
            assert await reader.submission("s1") is not None
        doors.catch_up()
        await replica.look()
        state: list[object] = [replica.trouble, replica.lag_seconds]
        assert state == [None, 0.0]


async def test_what_is_no_standby_of_this_database_is_not_asked(doors: Doors) -> None:
    async with open_replica(doors.url, primary=doors.database, lag_seconds_max=LAG_SECONDS_MAX) as replica:
        assert replica.trouble is not None
        assert "no standby" in replica.trouble
    with running_postgres() as stranger:
        stranger.create_database("other")
        stranger.sql("CREATE TABLE alembic_version AS SELECT '9999' AS version_num", "other")
        async with open_replica(
            stranger.url("other"), primary=doors.database, lag_seconds_max=LAG_SECONDS_MAX
        ) as replica:
            assert replica.trouble is not None
            assert "no copy" in replica.trouble


async def test_an_operators_list_shows_what_was_just_changed(doors: Doors) -> None:
    scripts = PostgresScripts(doors.database)
    desk = SqlQueueDesk(
        scripts,
        reading=ReplicaScripts(scripts, doors.replica),
        jobs_bell=MemoryDoorbell(),
        events_bell=MemoryDoorbell(),
        clock=doors.house.clock,
    )
    await doors.house.submit("s1")

    async def state() -> JobState:
        (job,) = await desk.jobs(Selection(), after=None, limit=10)
        return job.state

    assert await state() is JobState.PENDING
    assert await desk.hold(Selection()) == 1
    assert await state() is JobState.HELD
    with replay_paused(doors):
        assert await desk.release(Selection()) == 1
        assert await state() is JobState.PENDING


async def test_the_doctor_says_whether_the_standby_can_be_asked(doors: Doors) -> None:
    def found(read_url: str) -> list[Check]:
        urls = {"ASSAY_DATABASE_URL": doors.url, "ASSAY_DATABASE_READ_URL": read_url}
        return list(check_replica(read_settings(urls)))

    (fine,) = await asyncio.to_thread(found, doors.standby_url())
    assert (fine.ok, fine.remedy) == (True, "")
    for url in (doors.url, "postgresql://me:secret@127.0.0.1:1/assay"):
        (wrong,) = await asyncio.to_thread(found, url)
        assert not wrong.ok
        assert "ASSAY_DATABASE_READ_URL" in wrong.remedy
        assert "secret" not in wrong.found
    assert await asyncio.to_thread(found, "") == []
