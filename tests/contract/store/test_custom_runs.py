"""The ports `CustomRunStore` and `CustomRunQueue`: bounded, fenced, forgotten after an hour."""

from datetime import timedelta

import pytest

from assay.domain.custom_run import KEPT_FOR, PATIENCE, CustomRunStatus
from assay.errors import TooManyAtOnce
from assay.queue.custom_runs import (
    ATTEMPTS_MAX,
    KEPT_MAX,
    UNFINISHED_MAX,
    UNFINISHED_PER_VISITOR_MAX,
    RunLease,
)
from tests.contract.houses import FIRST_TOKEN, House, custom_run, custom_run_outcome


async def record(house: House, *names: str, visitor: str | None = None) -> None:
    """Runs, each of a visitor of its own unless told otherwise, a second apart."""
    for name in names:
        run = custom_run(name, visitor=visitor or f"of {name}", created_at=house.clock.now())
        await house.run_store.record(run)
        house.clock.pass_seconds(1)


async def claim(house: House, token: str = FIRST_TOKEN) -> RunLease | None:
    return await house.run_queue.claim(token=token, lease_seconds=30)


async def claimed(house: House, token: str = FIRST_TOKEN) -> RunLease:
    lease = await claim(house, token)
    assert lease is not None
    return lease


async def status(house: House, name: str) -> CustomRunStatus | None:
    state = await house.run_store.state(name, at=house.clock.now())
    return None if state is None else state.status


async def test_a_run_is_read_as_it_was_recorded(house: House) -> None:
    run = custom_run()
    await house.run_store.record(run)
    state = await house.run_store.state("r1", at=house.clock.now())
    assert state is not None
    assert (state.run, state.status, state.outcome, state.cause) == (run, CustomRunStatus.QUEUED, None, "")
    assert await house.run_store.state("nobody", at=house.clock.now()) is None


async def test_the_longest_waiting_is_claimed_once(house: House) -> None:
    await record(house, "r2", "r1")
    first, second = await claimed(house), await claimed(house, "t2")
    assert (first.run.id, first.token, first.attempt) == ("r2", "t1", 1)
    assert second.run.id == "r1"
    assert await claim(house, "t3") is None
    assert await status(house, "r1") is CustomRunStatus.RUNNING


async def test_what_came_of_it_is_read_as_it_was_recorded(house: House) -> None:
    await record(house, "r1")
    lease = await claimed(house)
    assert await house.run_queue.finish(lease, custom_run_outcome())
    state = await house.run_store.state("r1", at=house.clock.now())
    assert state is not None
    assert (state.status, state.outcome) == (CustomRunStatus.DONE, custom_run_outcome())
    assert await claim(house, "t2") is None
    assert not await house.run_queue.finish(lease, custom_run_outcome())


async def test_given_back_it_waits_again_and_no_attempt_was_lost(house: House) -> None:
    await record(house, "r1")
    for number in range(10):
        lease = await claimed(house, f"t{number}")
        assert lease.attempt == 1
        assert await house.run_queue.give_back(lease)
        assert await status(house, "r1") is CustomRunStatus.QUEUED
        assert not await house.run_queue.give_back(lease)


async def test_after_too_many_faults_it_has_failed(house: House) -> None:
    await record(house, "r1")
    for number in range(1, ATTEMPTS_MAX + 1):
        lease = await claimed(house, f"t{number}")
        assert lease.attempt == number
        assert await house.run_queue.fault(lease, cause=f"no sandbox {number}")
    state = await house.run_store.state("r1", at=house.clock.now())
    assert state is not None
    assert (state.status, state.cause) == (CustomRunStatus.FAILED, f"no sandbox {ATTEMPTS_MAX}")
    assert await claim(house, "t9") is None


async def test_a_worker_that_fell_silent_is_fenced(house: House) -> None:
    await record(house, "r1")
    late = await claimed(house)
    house.clock.pass_seconds(31)
    held = await claimed(house, "t2")
    assert (held.run.id, held.attempt) == ("r1", 2)
    assert not await house.run_queue.extend(late, lease_seconds=30)
    assert not await house.run_queue.finish(late, custom_run_outcome())
    assert not await house.run_queue.fault(late, cause="late")
    assert not await house.run_queue.give_back(late)
    assert await house.run_queue.finish(held, custom_run_outcome())


async def test_a_run_that_silences_every_worker_fails(house: House) -> None:
    await record(house, "r1")
    for number in range(ATTEMPTS_MAX):
        await claimed(house, f"t{number}")
        house.clock.pass_seconds(31)
    assert await claim(house, "t9") is None
    assert await status(house, "r1") is CustomRunStatus.FAILED


async def test_a_heartbeat_keeps_the_lease(house: House) -> None:
    await record(house, "r1")
    lease = await claimed(house)
    for _ in range(5):
        house.clock.pass_seconds(20)
        assert await house.run_queue.extend(lease, lease_seconds=30)
        assert await claim(house, "t2") is None
    assert await house.run_queue.finish(lease, custom_run_outcome())


async def test_past_all_patience_it_fails_unless_it_is_running(house: House) -> None:
    await record(house, "r1", "r2")
    running = await claimed(house)
    house.clock.pass_seconds(20)
    assert await house.run_queue.extend(running, lease_seconds=10_000)
    house.clock.pass_seconds(PATIENCE.total_seconds())
    assert await claim(house, "t2") is None
    assert await status(house, "r2") is CustomRunStatus.FAILED
    assert await house.run_queue.finish(running, custom_run_outcome())


async def test_after_an_hour_it_is_gone(house: House) -> None:
    run = custom_run(created_at=house.clock.now())
    await house.run_store.record(run)
    just_before = house.clock.now() + KEPT_FOR - timedelta(seconds=1)
    assert await house.run_store.state("r1", at=just_before) is not None
    assert await house.run_store.state("r1", at=house.clock.now() + KEPT_FOR) is None
    house.clock.pass_seconds(KEPT_FOR.total_seconds())
    assert await claim(house) is None
    house.clock.pass_seconds(-KEPT_FOR.total_seconds())
    assert await house.run_store.state("r1", at=house.clock.now()) is None  # and not only out of sight


async def test_a_visitor_has_few_unfinished_runs(house: House) -> None:
    names = [f"r{n}" for n in range(UNFINISHED_PER_VISITOR_MAX)]
    await record(house, *names, visitor="v1")
    with pytest.raises(TooManyAtOnce, match="yours"):
        await record(house, "more", visitor="v1")
    await record(house, "other", visitor="v2")
    lease = await claimed(house)
    with pytest.raises(TooManyAtOnce):  # a running one counts, too
        await record(house, "more", visitor="v1")
    assert await house.run_queue.finish(lease, custom_run_outcome())
    await record(house, "more", visitor="v1")


async def test_all_together_have_a_bound(house: House) -> None:
    await record(house, *(f"r{n:02}" for n in range(UNFINISHED_MAX)))
    with pytest.raises(TooManyAtOnce, match="waiting"):
        await record(house, "more")
    assert await status(house, "more") is None


async def test_of_the_finished_the_oldest_make_room(house: House) -> None:
    for number in range(KEPT_MAX):
        await record(house, f"r{number:03}")
        lease = await claimed(house, f"t{number}")
        assert await house.run_queue.finish(lease, custom_run_outcome())
    await record(house, "new")
    assert await status(house, "r000") is None
    assert await status(house, "r001") is CustomRunStatus.DONE
    assert await status(house, "new") is CustomRunStatus.QUEUED
