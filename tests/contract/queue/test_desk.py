"""The `QueueDesk` port: what an operator sees of the queue, and may do to it."""

from dataclasses import dataclass

import pytest

from assay.domain.lane import Lane
from assay.domain.submission import SubmissionStatus
from assay.queue.desk import JobState, QueueDesk, Selection
from assay.queue.ports import Place
from tests.contract.houses import NOON, House, judgement

pytestmark = pytest.mark.parametrize("house", ["sqlite", "postgresql"], indirect=True)
EVERY = Selection()


@dataclass(frozen=True)
class Office:
    """A house with a desk."""

    house: House
    desk: QueueDesk

    async def states(self, wanted: Selection = EVERY) -> dict[str, JobState]:
        jobs = await self.desk.jobs(wanted, after=None, limit=100)
        return {job.submission_id: job.state for job in jobs}

    async def bury(self, name: str, cause: str = "poison") -> None:
        await self.house.submit(name)
        (lease,) = await self.house.claim(token=f"of {name}")
        assert await self.house.queue.bury(lease, cause=cause)


@pytest.fixture
def office(house: House) -> Office:
    assert house.desk is not None
    return Office(house, house.desk)


async def test_each_lane_is_counted_by_where_its_jobs_stand(office: Office) -> None:
    await office.bury("dead")
    await office.house.submit("leased")
    (lease,) = await office.house.claim(token="t")
    office.house.clock.pass_seconds(5)
    for name in ("a", "b", "c"):
        await office.house.submit(name)
    await office.house.submit("d", place=Place(lane=Lane.CONTEST))
    await office.desk.hold(Selection(submission_ids=["a"]))
    counts = {each.lane: each for each in await office.desk.counts()}
    assert list(counts) == list(Lane)
    practice = counts[Lane.PRACTICE]
    assert (practice.pending, practice.held, practice.processing, practice.dead) == (2, 1, 1, 1)
    assert practice.oldest_pending_at == office.house.clock.now()
    assert (counts[Lane.CONTEST].pending, counts[Lane.REJUDGE].oldest_pending_at) == (1, None)
    await office.house.verdicts.finish(lease, judgement(lease))
    assert "leased" not in await office.states(), "what is done is no longer in the queue"


async def test_a_job_is_shown_with_what_is_known_of_it(office: Office) -> None:
    await office.house.submit("s1", tenant="school", user_id="ada")
    (lease,) = await office.house.claim()
    await office.house.queue.hand_back(lease, delay_seconds=7, cause="no \x00 toolchain")
    (job,) = await office.desk.jobs(EVERY, after=None, limit=10)
    assert (job.submission_id, job.generation, job.lane, job.state) == (
        "s1",
        1,
        Lane.PRACTICE,
        JobState.PENDING,
    )
    assert (job.tenant, job.user_id, job.language_id) == ("school", "ada", "c")
    assert (job.attempt, job.deaths, job.worker_id, job.cause) == (1, 0, "w1", "no \x00 toolchain")
    assert (job.created_at, (job.not_before - NOON).total_seconds()) == (NOON, 7)


async def test_jobs_are_listed_in_pages_and_by_what_they_are(office: Office) -> None:
    for name, user_id in (("a", "u1"), ("b", "u2"), ("c", "u1"), ("d", None)):
        await office.house.submit(name, user_id=user_id)
    first = await office.desk.jobs(EVERY, after=None, limit=3)
    rest = await office.desk.jobs(EVERY, after=first[-1].submission_id, limit=3)
    assert [job.submission_id for job in first + rest] == ["a", "b", "c", "d"]
    assert list(await office.states(Selection(user_id="u1"))) == ["a", "c"]
    assert list(await office.states(Selection(user_id="u1", submission_ids=["c", "d"]))) == ["c"]
    assert await office.states(Selection(submission_ids=[])) == {}
    assert await office.states(Selection(state=JobState.DEAD)) == {}
    assert await office.states(Selection(tenant="nobody")) == {}


async def test_what_is_held_is_not_judged_until_it_is_released(office: Office) -> None:
    await office.house.submit("a")
    await office.house.submit("b")
    assert await office.desk.hold(Selection(submission_ids=["a", "unknown"])) == 1
    assert await office.desk.hold(Selection(submission_ids=["a"])) == 0, "it is held already"
    (lease,) = await office.house.claim(limit=5)
    assert lease.submission_id == "b"
    assert await office.desk.hold(EVERY) == 0, "what is being judged goes on"
    assert await office.states() == {"a": JobState.HELD, "b": JobState.PROCESSING}
    assert await office.desk.release(EVERY) == 1
    (lease,) = await office.house.claim(limit=5, token="t2")
    assert lease.submission_id == "a"


async def test_a_moved_job_waits_in_its_new_lane_as_if_it_had_come_now(office: Office) -> None:
    for number in range(6):
        await office.house.submit(f"p{number}", user_id="u")
    await office.house.submit("c", place=Place(lane=Lane.CONTEST), user_id="other")
    assert await office.desk.move(Selection(submission_ids=["p5"]), lane=Lane.CONTEST) == 1
    assert await office.desk.move(Selection(submission_ids=["p5"]), lane=Lane.CONTEST) == 0
    claimed = [(await office.house.claim(limit=1, token=f"t{n}"))[0].submission_id for n in range(3)]
    assert claimed == ["c", "p0", "p5"], "each lane has its share"


async def test_a_dead_letter_that_is_tried_again_has_all_its_tries(office: Office) -> None:
    await office.bury("s1")
    assert await office.desk.retry(Selection(submission_ids=["s1"])) == 1
    state = await office.house.reader.submission("s1")
    assert state is not None
    assert (state.status, state.verdict, state.last_seq) == (SubmissionStatus.QUEUED, None, 3)
    (lease,) = await office.house.claim(token="again")
    assert lease.attempt == 1
    assert await office.house.verdicts.finish(lease, judgement(lease))
    assert await office.desk.retry(EVERY) == 0, "what is judged is no dead letter"


async def test_all_that_went_wrong_is_kept(office: Office) -> None:
    await office.house.submit("s1")
    for number, cause in enumerate(("first", "second")):
        (lease,) = await office.house.claim(token=f"t{number}")
        await office.house.queue.hand_back(lease, delay_seconds=0, cause=cause)
        office.house.clock.pass_seconds(1)
    (lease,) = await office.house.claim(token="t3")
    await office.house.queue.release(lease, cause="its test data are away")  # no fault of anybody's
    (job,) = await office.desk.jobs(EVERY, after=None, limit=1)
    assert (job.cause, job.attempt) == ("its test data are away", 2)
    (lease,) = await office.house.claim(token="t4")
    office.house.clock.pass_seconds(31)
    await office.house.queue.sweep()
    faults = await office.desk.faults("s1")
    assert [(fault.attempt, fault.worker_id) for fault in faults] == [(1, "w1"), (2, "w1"), (3, "w1")]
    assert [fault.cause for fault in faults][:2] == ["first", "second"]
    assert "silent" in faults[2].cause
    assert (faults[0].at, await office.desk.faults("unknown")) == (NOON, [])


async def test_purged_dead_letters_are_forgotten_and_their_submissions_stay_failed(office: Office) -> None:
    await office.bury("a")
    await office.bury("b")
    await office.house.submit("c")
    assert await office.desk.purge(Selection(submission_ids=["a", "c"])) == 1
    assert await office.states() == {"b": JobState.DEAD, "c": JobState.PENDING}
    state = await office.house.reader.submission("a")
    assert state is not None
    assert state.status is SubmissionStatus.FAILED
    assert await office.desk.retry(Selection(submission_ids=["a"])) == 0
