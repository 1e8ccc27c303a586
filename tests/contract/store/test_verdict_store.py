"""The `VerdictStore` port: one effective judgement, fenced by the lease, told once, without gaps."""

import asyncio
from dataclasses import replace

from assay.domain.events import Progress
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict
from tests.contract.houses import NOON, House, judgement

COMPILING = Progress(status=SubmissionStatus.COMPILING)


async def test_progress_is_seen_in_the_submission_and_in_the_log(house: House) -> None:
    lease = await house.submit_and_claim()
    house.clock.pass_seconds(1)
    assert await house.verdicts.progress(lease, COMPILING)
    house.clock.pass_seconds(1)
    running = Progress(status=SubmissionStatus.RUNNING, test_case=2, total=3)
    assert await house.verdicts.progress(lease, running)
    state = await house.reader.submission("s1")
    assert state is not None
    assert (state.status, state.test_case, state.total) == (SubmissionStatus.RUNNING, 2, 3)
    assert state.started_at is not None
    assert (state.started_at - NOON).total_seconds() == 1
    assert [(event.seq, event.progress) for event in await house.reader.events("s1", after_seq=1)] == [
        (2, COMPILING),
        (3, running),
    ]


async def test_a_judgement_is_read_as_it_was_recorded_and_ends_everything(house: House) -> None:
    lease = await house.submit_and_claim()
    written = judgement(lease)
    assert await house.verdicts.finish(lease, written)
    assert await house.reader.judgement("j1") == written
    assert await house.reader.judgements("s1") == [written]
    state = await house.reader.submission("s1")
    assert state is not None
    assert (state.status, state.verdict) == (SubmissionStatus.JUDGED, Verdict.WA)
    assert (state.score, state.near_limit) == (12.5, True)
    assert (state.test_case, state.total, state.cpu_time_ms, state.memory_bytes) == (2, 3, 20, 1 << 20)
    assert (state.started_at, state.ended_at) == (written.started_at, written.ended_at)
    final = (await house.reader.events("s1", after_seq=0))[-1]
    assert final.progress == Progress(
        status=SubmissionStatus.JUDGED, test_case=2, total=3, verdict=Verdict.WA, score=12.5
    )
    assert await house.claim(token="t2") == []
    house.clock.pass_seconds(1000)
    assert (await house.queue.sweep()).requeued == 0


async def test_what_has_no_score_is_read_without_one(house: House) -> None:
    lease = await house.submit_and_claim()
    written = judgement(lease)
    plain = replace(
        written,
        all_tests=False,
        decision=replace(written.decision, score=None, groups=(), runs=written.decision.runs[:1]),
    )
    assert await house.verdicts.finish(lease, plain)
    assert await house.reader.judgement("j1") == plain
    state = await house.reader.submission("s1")
    assert state is not None
    assert (state.score, state.near_limit) == (None, False)


async def test_the_second_finish_of_one_lease_changes_nothing(house: House) -> None:
    lease = await house.submit_and_claim()
    assert await house.verdicts.finish(lease, judgement(lease, "j1", Verdict.AC))
    before = await house.reader.submission("s1")
    assert not await house.verdicts.finish(lease, judgement(lease, "j2", Verdict.WA))
    assert await house.reader.submission("s1") == before
    assert [each.id for each in await house.reader.judgements("s1")] == ["j1"]


async def test_a_worker_whose_lease_was_taken_is_fenced(house: House) -> None:
    late = await house.submit_and_claim()
    house.clock.pass_seconds(31)
    await house.queue.sweep()
    (held,) = await house.claim(token="t2")
    before = await house.reader.submission("s1")
    assert not await house.verdicts.progress(late, COMPILING)
    assert not await house.verdicts.finish(late, judgement(late, "late", Verdict.AC))
    assert await house.reader.submission("s1") == before
    assert await house.reader.judgement("late") is None
    assert await house.verdicts.finish(held, judgement(held, "held", Verdict.WA))
    assert [each.id for each in await house.reader.judgements("s1")] == ["held"]


async def test_a_lease_that_ran_out_but_was_not_taken_may_still_finish(house: House) -> None:
    lease = await house.submit_and_claim()
    house.clock.pass_seconds(31)
    assert await house.verdicts.finish(lease, judgement(lease))


async def test_numbers_have_no_gaps_whatever_happens_at_once(house: House) -> None:
    first = await house.submit_and_claim("s1", "t1")
    second = await house.submit_and_claim("s2", "t2")
    steps = [Progress(status=SubmissionStatus.RUNNING, test_case=n, total=20) for n in range(1, 21)]
    await asyncio.gather(
        *(house.verdicts.progress(lease, step) for step in steps for lease in (first, second)),
        house.queue.hand_back(second, delay_seconds=0, cause="half-way"),
        house.verdicts.finish(first, judgement(first)),
    )
    for name, count in (("s1", 22), ("s2", 22)):
        events = await house.reader.events(name, after_seq=0)
        assert [event.seq for event in events] == list(range(1, count + 1))
        state = await house.reader.submission(name)
        assert state is not None
        assert state.last_seq == count
