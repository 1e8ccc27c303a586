"""A judged assessment is scored exactly once, whatever is delivered how often, and none is ever dropped."""

import asyncio

from assay.assessments.erasure import erase_person
from assay.assessments.evidence.sealing import erase
from assay.assessments.ports import Standing
from assay.domain.evidence import SALT_BYTES, Candidate
from assay.queue.desk import Selection
from assay.queue.ports import PRACTICE
from assay.queue.rules import ATTEMPTS_MAX
from tests.contract.evidence.places import ASSESSMENT, LEASE_SECONDS, Registry
from tests.contract.houses import judgement


async def log_size(registry: Registry) -> int:
    head = await registry.log.head()
    return 0 if head is None else head.head.tree_size


async def test_a_persons_salt_is_made_once(registry: Registry) -> None:
    for number in range(2):
        await registry.judged(f"s{number}", user_id="ada")
    first, second = await registry.claim()
    salts = [
        await registry.scores.person_salt(lease, person, fresh=bytes([number]) * SALT_BYTES)
        for number, (lease, person) in enumerate([(first, "p"), (first, "p"), (second, "p"), (first, "q")])
    ]
    assert salts == [b"\0" * SALT_BYTES] * 3 + [b"\3" * SALT_BYTES]


async def test_a_score_in_progress_keeps_nothing_of_who_is_erased(registry: Registry) -> None:
    ada = Candidate(tenant=None, user_id="ada", submission_id="")
    await registry.judged("s1", user_id="ada")
    (lease,) = await registry.claim()
    await erase_person(ada, rows=registry.rows, desk=registry.desk)
    assert await registry.scores.person_salt(lease, ada.person, fresh=b"f" * SALT_BYTES) is None
    new = await registry.sealed(lease, user_id="ada")
    assert await registry.scores.record(lease, new, signer=registry.signer) is None
    assert await erase(ada, registry.desk) is None, "nothing is known of them"


async def test_who_lost_the_lease_to_another_is_told_no_salt(registry: Registry) -> None:
    await registry.judged("s1")
    (lost,) = await registry.claim(token="slow")
    registry.clock.pass_seconds(LEASE_SECONDS + 1)
    (held,) = await registry.claim(token="quick")
    assert await registry.scores.person_salt(lost, "p", fresh=b"1" * SALT_BYTES) is None
    assert await registry.scores.person_salt(held, "p", fresh=b"2" * SALT_BYTES) == b"2" * SALT_BYTES


async def test_a_judged_assessment_waits_and_nothing_else_does(registry: Registry) -> None:
    await registry.house.submit("s1", place=ASSESSMENT)
    assert await registry.scores.state("s1") is None, "it is not judged yet"
    assert await registry.claim() == []
    (lease,) = await registry.house.claim()
    await registry.judged("s2", place=PRACTICE)
    assert await registry.scores.state("s2") is None
    await registry.judged("s3")
    state = await registry.scores.state("s3")
    assert state is not None
    assert (state.standing, state.attempt, state.score) == (Standing.WAITING, 0, None)
    assert await registry.scores.has_due()
    (scoring,) = await registry.claim()
    assert (scoring.submission_id, scoring.generation, scoring.attempt) == ("s3", 1, 1)
    assert not await registry.scores.has_due()
    assert await registry.claim(token="k2") == [], "it is leased"
    assert lease.submission_id == "s1"


async def test_a_score_is_recorded_with_its_evidence(registry: Registry) -> None:
    await registry.judged()
    (lease,) = await registry.claim()
    new = await registry.sealed(lease)
    recorded = await registry.scores.record(lease, new, signer=registry.signer)
    assert recorded is not None
    assert (recorded.key, recorded.document, recorded.entry_id) == (new.key, new.document, new.entry.id)
    assert recorded.at == registry.clock.now()
    state = await registry.scores.state("s1")
    assert state is not None
    assert (state.standing, state.score) == (Standing.SCORED, recorded)
    entry = await registry.log.entry_of_submission("s1")
    assert entry is not None
    assert (entry.id, entry.statement) == (new.entry.id, new.entry.statement)
    assert await registry.log.parts(entry.id) == new.parts


async def test_a_redelivery_scores_nothing_again(registry: Registry) -> None:
    await registry.judged()
    (lease,) = await registry.claim()
    first = await registry.scores.record(lease, await registry.sealed(lease), signer=registry.signer)
    again = await registry.sealed(lease, total=12.0)
    assert await registry.scores.record(lease, again, signer=registry.signer) == first
    registry.clock.pass_seconds(10 * LEASE_SECONDS)
    assert await registry.claim(token="k2") == []
    assert await log_size(registry) == 1


async def test_of_two_workers_at_once_the_second_sees_what_the_first_recorded(registry: Registry) -> None:
    await registry.judged()
    (slow,) = await registry.claim()
    registry.clock.pass_seconds(LEASE_SECONDS + 1)
    assert await registry.scores.has_due()
    (quick,) = await registry.claim(token="k2")
    assert (quick.submission_id, quick.attempt) == ("s1", 2)
    of_slow = await registry.sealed(slow, total=1.0)
    of_quick = await registry.sealed(quick, total=2.0)
    assert of_slow.key == of_quick.key
    results = await asyncio.gather(
        registry.scores.record(slow, of_slow, signer=registry.signer),
        registry.scores.record(quick, of_quick, signer=registry.signer),
    )
    state = await registry.scores.state("s1")
    assert state is not None
    assert state.score is not None
    assert state.score.document == of_quick.document, "the other one's lease was over"
    assert results[1] == state.score
    assert results[0] in (None, state.score)
    assert await registry.scores.record(slow, of_slow, signer=registry.signer) == state.score
    assert await log_size(registry) == 1


async def test_many_workers_at_once_take_each_submission_once(registry: Registry) -> None:
    for number in range(6):
        await registry.judged(f"s{number}")
    claims = await asyncio.gather(*(registry.claim(token=f"k{number}", limit=2) for number in range(6)))
    taken = [lease.submission_id for leases in claims for lease in leases]
    assert sorted(taken) == [f"s{number}" for number in range(6)]


async def test_scores_at_once_have_a_place_each_in_one_log(registry: Registry) -> None:
    for number in range(8):
        await registry.judged(f"s{number}", user_id=f"u{number % 3}")
    leases = await registry.claim()
    news = [await registry.sealed(lease, user_id=f"u{int(lease.submission_id[1:]) % 3}") for lease in leases]
    await asyncio.gather(
        *(
            registry.scores.record(lease, new, signer=registry.signer)
            for lease, new in zip(leases, news, strict=True)
        )
    )
    entries = await registry.log.entries(start=0, limit=100)
    assert [entry.index for entry in entries] == list(range(8))
    assert {entry.id for entry in entries} == {new.entry.id for new in news}


async def test_our_faults_are_tried_again_and_then_kept_with_their_cause(registry: Registry) -> None:
    await registry.judged()
    (lease,) = await registry.claim()
    assert await registry.scores.hand_back(lease, delay_seconds=5, cause="no room")
    assert await registry.claim(token="k2") == [], "not before the delay is over"
    registry.clock.pass_seconds(5)
    (lease,) = await registry.claim(token="k3")
    assert lease.attempt == 2
    assert await registry.scores.give_up(lease, cause="no röom at all")
    registry.clock.pass_seconds(3600)
    assert await registry.claim(token="k4") == []
    (state,) = await registry.scores.unscored(limit=10)
    assert (state.submission_id, state.standing, state.cause) == (
        "s1",
        Standing.UNSCORED,
        "no röom at all",
    )
    judged = await registry.house.reader.submission("s1")
    assert judged is not None
    assert judged.verdict is not None, "its verdict stands"
    assert await registry.scores.retry("s1")
    assert not await registry.scores.retry("s1"), "it waits already"
    (lease,) = await registry.claim(token="k5")
    assert lease.attempt == 1
    assert await registry.scores.record(lease, await registry.sealed(lease), signer=registry.signer)
    assert not await registry.scores.retry("s1"), "what is scored stays scored"
    assert await registry.scores.unscored(limit=10) == []


async def test_what_a_stopping_worker_releases_waits_at_once_and_the_try_is_not_counted(
    registry: Registry,
) -> None:
    await registry.judged()
    leases = []
    for number in range(ATTEMPTS_MAX + 1):
        leases += await registry.claim(token=f"k{number}")
        assert leases[-1].attempt == 1
        assert await registry.scores.release(leases[-1])
    (other,) = await registry.claim(token="other")
    assert not await registry.scores.release(leases[-1]), "the lease is another one's"
    assert await registry.scores.record(other, await registry.sealed(other), signer=registry.signer)
    assert not await registry.scores.release(other), "it is over"


async def test_what_is_retried_has_all_its_tries_again(registry: Registry) -> None:
    await registry.judged()
    for attempt in range(1, ATTEMPTS_MAX):
        (lease,) = await registry.claim(token=f"first {attempt}")
        assert await registry.scores.hand_back(lease, delay_seconds=0, cause="no room")
    (lease,) = await registry.claim(token="first, the last time")
    assert lease.attempt == ATTEMPTS_MAX
    assert await registry.scores.give_up(lease, cause="no room")
    assert await registry.scores.retry("s1")
    for attempt in range(1, ATTEMPTS_MAX + 1):
        (lease,) = await registry.claim(token=f"second {attempt}")
        assert lease.attempt == attempt
        registry.clock.pass_seconds(LEASE_SECONDS + 1)
    assert await registry.claim(token="last") == []
    (state,) = await registry.scores.unscored(limit=10)
    assert "silent" in state.cause


async def test_a_worker_that_fell_silent_has_its_work_taken_up_but_not_for_ever(
    registry: Registry,
) -> None:
    await registry.judged()
    leases = []
    for attempt in range(1, ATTEMPTS_MAX + 1):
        leases += await registry.claim(token=f"k{attempt}")
        registry.clock.pass_seconds(LEASE_SECONDS + 1)
    assert [lease.attempt for lease in leases] == list(range(1, ATTEMPTS_MAX + 1))
    assert await registry.claim(token="last") == []
    (state,) = await registry.scores.unscored(limit=10)
    assert "silent" in state.cause
    assert not await registry.scores.give_up(leases[-1], cause="too late")
    assert not await registry.scores.hand_back(leases[-1], delay_seconds=0, cause="too late")


async def test_what_has_no_score_is_counted_and_the_oldest_told(registry: Registry) -> None:
    counts = await registry.scores.counts()
    assert (counts.waiting, counts.processing, counts.unscored) == (0, 0, 0)
    assert counts.oldest_judged_at is None
    for number in range(4):
        await registry.judged(f"s{number}")
    judged_at = (await registry.house.reader.judgements("s0"))[0].ended_at
    taken = await registry.claim(limit=2)
    assert await registry.scores.give_up(taken[0], cause="for the test")
    counts = await registry.scores.counts()
    assert (counts.waiting, counts.processing, counts.unscored) == (2, 1, 1)
    assert counts.oldest_judged_at == judged_at
    taken = [taken[1], *await registry.claim("k2")]
    for lease in taken:
        assert await registry.scores.record(lease, await registry.sealed(lease), signer=registry.signer)
    counts = await registry.scores.counts()
    assert (counts.waiting, counts.processing, counts.unscored) == (0, 0, 1)
    assert counts.oldest_judged_at is None, "what was given up on waits for an operator"


async def test_a_submission_that_could_not_be_judged_is_not_dropped(registry: Registry) -> None:
    await registry.house.submit("s1", place=ASSESSMENT)
    (lease,) = await registry.house.claim()
    assert await registry.house.queue.bury(lease, cause="for the test")
    (state,) = await registry.scores.unscored(limit=10)
    assert (state.submission_id, state.standing) == ("s1", Standing.UNSCORED)
    assert "not judged" in state.cause
    assert not await registry.scores.retry("s1"), "there is no judgement to score"
    assert await registry.claim() == []


async def test_a_dead_letter_that_is_judged_after_all_is_scored(registry: Registry) -> None:
    if registry.house.desk is None:
        return  # the fake has no operator
    await registry.house.submit("s1", place=ASSESSMENT)
    (lease,) = await registry.house.claim()
    assert await registry.house.queue.bury(lease, cause="for the test")
    assert await registry.house.desk.retry(Selection(submission_ids=["s1"])) == 1
    (lease,) = await registry.house.claim(token="t2")
    assert await registry.house.verdicts.finish(lease, judgement(lease))
    state = await registry.scores.state("s1")
    assert state is not None
    assert (state.standing, state.cause) == (Standing.WAITING, "")
    (scoring,) = await registry.claim()
    assert scoring.submission_id == "s1"
