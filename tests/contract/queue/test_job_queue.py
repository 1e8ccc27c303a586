"""The `JobQueue` port: each job in one hand at a time, late hands fenced, poison buried."""

import pytest

from assay.domain.submission import SourceFile, SubmissionStatus
from assay.domain.verdict import Verdict
from assay.queue.ports import Lease
from assay.queue.rules import ATTEMPTS_MAX, DEATHS_MAX
from tests.contract.houses import ADAPTERS, House
from tests.contract.queue.relayed import BEHIND_A_BROKER

pytestmark = pytest.mark.parametrize("house", [*ADAPTERS, *BEHIND_A_BROKER], indirect=True)


async def swept(house: House) -> tuple[int, int]:
    """How many jobs a sweep gives back, and how many it buries."""
    found = await house.queue.sweep()
    return found.requeued, len(found.buried)


async def test_a_claim_leases_the_oldest_due_jobs_and_nobody_else_gets_them(house: House) -> None:
    for name in ("s1", "s2", "s3"):
        await house.submit(name)
        house.clock.pass_seconds(1)
    first = await house.claim(limit=2, token="t1")
    second = await house.claim(limit=2, token="t2")
    assert [(lease.submission_id, lease.token, lease.attempt) for lease in first] == [
        ("s1", "t1", 1),
        ("s2", "t1", 1),
    ]
    assert [lease.submission_id for lease in second] == ["s3"]
    assert await house.claim(token="t3") == []


async def test_what_a_claim_brings_along_is_the_submission_as_it_is_read(
    request: pytest.FixtureRequest, house: House
) -> None:
    is_brought = "memory" not in request.node.name
    files = (SourceFile(name="b.cpp", content=b"\0\xff"), SourceFile(name="a.h", content=b""))
    await house.submit("s1", files=files, user_id="ada", all_tests=True)
    await house.submit("s2")
    leases = await house.claim(limit=2)
    assert [lease.submission_id for lease in leases] == ["s1", "s2"]
    for lease in leases:
        state = await house.reader.submission(lease.submission_id)
        assert state is not None
        assert lease.submission == (state.submission if is_brought else None)


async def test_a_job_handed_back_waits_for_its_delay_and_its_submission_is_queued_again(house: House) -> None:
    lease = await house.submit_and_claim()
    assert await house.queue.hand_back(lease, delay_seconds=5, cause="no toolchain")
    state = await house.reader.submission("s1")
    assert state is not None
    assert (state.status, state.last_seq, state.started_at) == (SubmissionStatus.QUEUED, 2, None)
    house.clock.pass_seconds(4.9)
    assert await house.claim(token="t2") == []
    house.clock.pass_seconds(0.2)
    (again,) = await house.claim(token="t3")
    assert (again.attempt, again.token) == (2, "t3")


async def test_a_released_job_is_due_at_once_and_its_attempt_does_not_count(house: House) -> None:
    lease = await house.submit_and_claim()
    assert await house.queue.release(lease)
    (again,) = await house.claim(token="t2")
    assert again.attempt == 1


async def test_a_job_released_for_later_waits_and_its_attempt_does_not_count(house: House) -> None:
    token = "t1"
    for number in range(2 * ATTEMPTS_MAX):  # however often
        lease = (await house.claim(token=token))[0] if number else await house.submit_and_claim()
        assert lease.attempt == 1
        assert await house.queue.release(lease, delay_seconds=5)
        house.clock.pass_seconds(4.9)
        assert await house.claim(token=f"early{number}") == []
        house.clock.pass_seconds(0.2)
        token = f"later{number}"
    assert [lease.attempt for lease in await house.claim(token="last")] == [1]


async def test_a_buried_job_is_final(house: House) -> None:
    lease = await house.submit_and_claim()
    assert await house.queue.bury(lease, cause="poison")
    state = await house.reader.submission("s1")
    assert state is not None
    assert (state.status, state.verdict) == (SubmissionStatus.FAILED, Verdict.JE)
    assert state.ended_at == house.clock.now()
    (_, last) = await house.reader.events("s1", after_seq=0)
    assert (last.seq, last.progress.status, last.progress.verdict) == (2, SubmissionStatus.FAILED, Verdict.JE)
    house.clock.pass_seconds(1000)
    assert await house.claim(token="t2") == []
    assert await swept(house) == (0, 0)


async def test_a_lease_that_is_extended_outlives_its_first_end(house: House) -> None:
    lease = await house.submit_and_claim()
    house.clock.pass_seconds(20)
    assert await house.queue.extend([lease], lease_seconds=30) == []
    house.clock.pass_seconds(20)
    assert await swept(house) == (0, 0)
    house.clock.pass_seconds(11)
    assert await swept(house) == (1, 0)
    assert await house.queue.extend([lease], lease_seconds=30) == [lease]


async def test_a_swept_job_goes_to_the_next_worker_and_counts_its_attempt(house: House) -> None:
    await house.submit_and_claim()
    house.clock.pass_seconds(30.1)
    assert await swept(house) == (1, 0)
    (again,) = await house.claim(token="t2")
    assert again.attempt == 2


async def test_a_job_whose_workers_always_fall_silent_is_buried(house: House) -> None:
    await house.submit()
    for attempt in range(1, DEATHS_MAX + 1):
        (lease,) = await house.claim(token=f"t{attempt}")
        assert lease.attempt == attempt
        house.clock.pass_seconds(31)
        is_last = attempt == DEATHS_MAX
        found = await house.queue.sweep()
        assert found.requeued == int(not is_last)
        assert [each.lease for each in found.buried] == ([lease] if is_last else [])
        assert all("fell silent" in each.cause for each in found.buried)
    state = await house.reader.submission("s1")
    assert state is not None
    assert (state.status, state.verdict) == (SubmissionStatus.FAILED, Verdict.JE)


async def test_silence_counts_apart_from_other_faults(house: House) -> None:
    await house.submit()
    for attempt in range(1, ATTEMPTS_MAX):
        (lease,) = await house.claim(token=f"t{attempt}")
        await house.queue.hand_back(lease, delay_seconds=0, cause="no toolchain")
    (lease,) = await house.claim(token="last")
    assert lease.attempt == ATTEMPTS_MAX
    house.clock.pass_seconds(31)
    assert await swept(house) == (0, 1)


@pytest.mark.parametrize("way", ["hand_back", "release", "bury"])
async def test_whoever_comes_late_changes_nothing(house: House, way: str) -> None:
    late = await house.submit_and_claim()
    house.clock.pass_seconds(31)
    await house.queue.sweep()
    (held,) = await house.claim(token="t2")
    before = await house.reader.submission("s1")

    async def act(lease: Lease) -> bool:
        if way == "hand_back":
            return await house.queue.hand_back(lease, delay_seconds=0, cause="late")
        if way == "release":
            return await house.queue.release(lease)
        return await house.queue.bury(lease, cause="late")

    assert not await act(late)
    assert await house.reader.submission("s1") == before
    assert await house.queue.extend([held, late], lease_seconds=30) == [late]
    assert await act(held)


async def test_a_sweep_leaves_live_leases_alone(house: House) -> None:
    await house.submit_and_claim("s1", "t1")
    house.clock.pass_seconds(25)
    await house.submit_and_claim("s2", "t2")
    house.clock.pass_seconds(10)
    assert await swept(house) == (1, 0)
    assert [lease.submission_id for lease in await house.claim(token="t3")] == ["s1"]
