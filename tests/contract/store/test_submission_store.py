"""The `SubmissionStore` and `SubmissionReader` ports: all at once, keys kept, read as written."""

import asyncio
from dataclasses import replace

import pytest

from assay.domain.submission import SubmissionStatus
from assay.errors import IdempotencyConflict
from assay.intake.ports import IdempotencyKey
from tests.contract.houses import NOON, House, submission


def key(value: str = "k", request: str = "r1", tenant: str | None = None) -> IdempotencyKey:
    return IdempotencyKey(tenant=tenant, value=value, request_sha256=request)


async def test_a_submission_is_read_as_it_was_recorded(house: House) -> None:
    recorded = await house.store.record_and_enqueue(submission("s1"), key=None)
    state = await house.reader.submission("s1")
    assert state is not None
    assert state.submission == recorded == submission("s1")
    assert (state.status, state.verdict, state.last_seq) == (SubmissionStatus.QUEUED, None, 1)
    assert (state.submission.created_at, state.started_at, state.ended_at) == (NOON, None, None)


async def test_that_all_tests_are_asked_for_is_kept(house: House) -> None:
    asked = replace(submission("s1"), all_tests=True)
    await house.store.record_and_enqueue(asked, key=None)
    state = await house.reader.submission("s1")
    assert state is not None
    assert (state.submission, state.score, state.near_limit) == (asked, None, None)


async def test_its_job_and_first_event_are_there_with_it(house: House) -> None:
    await house.submit("s1")
    (event,) = await house.reader.events("s1", after_seq=0)
    assert (event.submission_id, event.seq, event.progress.status) == ("s1", 1, SubmissionStatus.QUEUED)
    (lease,) = await house.claim()
    assert (lease.submission_id, lease.generation) == ("s1", 1)


async def test_what_is_unknown_reads_as_nothing(house: House) -> None:
    assert await house.reader.submission("nobody") is None
    assert await house.reader.judgement("nobody") is None
    assert await house.reader.judgements("nobody") == []
    assert await house.reader.events("nobody", after_seq=0) == []


async def test_a_repeated_request_gets_the_first_submission_and_records_nothing(house: House) -> None:
    await house.store.record_and_enqueue(submission("s1"), key=key())
    again = await house.store.record_and_enqueue(submission("s2"), key=key())
    assert again == submission("s1")
    assert await house.reader.submission("s2") is None
    assert len(await house.claim()) == 1


async def test_a_key_used_for_another_request_is_refused_and_records_nothing(house: House) -> None:
    await house.store.record_and_enqueue(submission("s1"), key=key())
    with pytest.raises(IdempotencyConflict):
        await house.store.record_and_enqueue(submission("s2"), key=key(request="r2"))
    assert await house.reader.submission("s2") is None


async def test_tenants_do_not_share_keys(house: House) -> None:
    for number, tenant in enumerate((None, "a", "b")):
        recorded = await house.store.record_and_enqueue(submission(f"s{number}"), key=key(tenant=tenant))
        assert recorded.id == f"s{number}"


async def test_of_many_at_once_with_one_key_one_is_recorded(house: House) -> None:
    """Whatever the processes' registries of keys say: the store has the final word."""
    answers = await asyncio.gather(
        *(house.store.record_and_enqueue(submission(f"s{n:02}"), key=key()) for n in range(30))
    )
    assert len({answer.id for answer in answers}) == 1
    assert len(await house.claim(limit=30)) == 1


async def test_a_refusal_among_many_at_once_does_not_hurt_the_others(house: House) -> None:
    await house.store.record_and_enqueue(submission("s0"), key=key())
    outcomes = await asyncio.gather(
        *(
            house.store.record_and_enqueue(
                submission(f"s{n:02}"), key=key(request="other") if n % 3 == 0 else None
            )
            for n in range(1, 31)
        ),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, IdempotencyConflict)]
    assert len(refused) == 10
    assert len(await house.claim(limit=100)) == 1 + 20
