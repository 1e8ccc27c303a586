"""Of an erased person nothing is left but what was decided; everybody else is as before."""

from dataclasses import replace

from assay.adapters.memory.results import MemoryResultCache
from assay.adapters.postgres.single import connected
from assay.adapters.postgres.vacuum import TABLES, vacuum
from assay.assessments.erasure import Found, erase_person
from assay.assessments.erasure.erase import PASSES_MAX
from assay.assessments.evidence.sealing import export
from assay.assessments.ports import Standing
from assay.domain.evidence import Candidate
from assay.domain.submission import Submission
from assay.intake.ports import IdempotencyKey
from assay.queue.desk import Selection
from assay.queue.ports import PRACTICE
from assay.verdicts.reading import CachingReader
from tests.contract.evidence.places import ASSESSMENT, Registry, postgresql_registry
from tests.contract.houses import judgement, submission
from tests.engines.templates import Templates

PARTITIONED = 4  # of the tables that are vacuumed
ADA = Candidate(tenant=None, user_id="ada", submission_id="")


async def test_what_was_decided_stays_and_all_else_goes(registry: Registry) -> None:
    await registry.judged("s1", user_id="ada", place=PRACTICE)
    before = (await registry.house.reader.judgements("s1"))[0]
    state = await registry.house.reader.submission("s1")
    assert state is not None
    assert state.submission.files[0].content
    done = await erase_person(ADA, rows=registry.rows, desk=registry.desk)
    assert (done.submissions, done.unfinished, done.entries) == (("s1",), 0, ())

    after = await registry.house.reader.submission("s1")
    assert after is not None
    assert [(file.name, file.content) for file in after.submission.files] == [
        ("erased-0", b""),
        ("erased-1", b""),
    ]
    assert after.submission.user_id is None
    unchanged = replace(after, submission=state.submission, last_seq=state.last_seq)
    assert unchanged == state, "verdict, points, costs and instants"
    judged = (await registry.house.reader.judgements("s1"))[0].decision
    assert (judged.compile_output, judged.message) == ("", "")
    assert (judged.evidence.source_sha256, judged.evidence.compilation) == ("", "")
    assert judged.evidence.problem_version == before.decision.evidence.problem_version
    for old, new in zip(before.decision.runs, judged.runs, strict=True):
        words = (new.message, new.team_message, new.judge_message, new.output, new.error_output)
        assert words == ("", "", "", "", "")
        assert old.output, "or there was nothing to erase"
        assert (new.verdict, new.cpu_time_ms, new.test_name) == (old.verdict, old.cpu_time_ms, old.test_name)


async def test_a_result_that_was_kept_is_not_shown_any_more(registry: Registry) -> None:
    reader = CachingReader(registry.house.reader, MemoryResultCache(registry.clock))
    await registry.judged("s1", user_id="ada")
    before = await reader.submission("s1")
    assert before is not None
    assert await reader.submission("s1") is before, "it is kept"
    await erase_person(ADA, rows=registry.rows, desk=registry.desk)
    after = await reader.submission("s1")
    assert after is not None
    assert (after.submission.user_id, after.last_seq) == (None, before.last_seq + 1)
    assert (await reader.judgements("s1"))[0].decision.runs[0].output == ""
    events = await registry.house.reader.events("s1", after_seq=0)
    assert [event.seq for event in events] == list(range(1, after.last_seq + 1))
    assert events[-1].progress == events[-2].progress


async def test_scores_and_evidence_go_and_the_log_stays_valid(registry: Registry) -> None:
    await registry.scored("s1", user_id="ada")
    await registry.scored("s2", user_id="eve")
    await registry.judged("s3", user_id="ada")
    done = await erase_person(ADA, rows=registry.rows, desk=registry.desk)
    assert done.submissions == ("s1", "s3")
    assert len(done.entries) == len(done.log_entries) == 1
    for submission_id in done.submissions:
        state = await registry.scores.state(submission_id)
        assert state is not None
        assert (state.standing, state.score) == (Standing.ERASED, None)
    assert not await registry.scores.has_due()
    erased, other = await export("s1", registry.log), await export("s2", registry.log)
    assert b'"ada"' not in erased
    assert b'"eve"' in other
    head = await registry.log.head()
    assert head is not None
    assert head.head.tree_size == 3, "two scores and the erasure"


class Amid:
    """The rows; while they are being erased, one more submission is scored, and one is judged."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._is_first = True

    async def find(self, candidate: Candidate) -> Found:
        return await self._registry.rows.find(candidate)

    async def erase(self, candidate: Candidate, *, after: str, limit: int) -> list[str]:
        if self._is_first:
            self._is_first = False
            await self._registry.scored("s2", user_id="ada")
            await self._registry.judged("s3", user_id="ada")
        return await self._registry.rows.erase(candidate, after=after, limit=limit)


async def test_what_is_scored_meanwhile_is_erased_too(registry: Registry) -> None:
    await registry.scored("s1", user_id="ada")
    done = await erase_person(ADA, rows=Amid(registry), desk=registry.desk)
    assert done.submissions == ("s1", "s2", "s3")
    assert len(done.entries) == len(done.log_entries) == 2
    for submission_id in done.submissions:
        state = await registry.scores.state(submission_id)
        assert state is not None
        assert (state.standing, state.score) == (Standing.ERASED, None)
    assert not await registry.scores.has_due()
    assert b'"ada"' not in await export("s2", registry.log)


class AfterTheScan(Amid):
    """The rows; each time all are scanned, `count` more times, one submission is judged and scored."""

    def __init__(self, registry: Registry, *, count: int) -> None:
        super().__init__(registry)
        self._left = [f"a{number}" for number in range(count)]

    async def erase(self, candidate: Candidate, *, after: str, limit: int) -> list[str]:
        found = await self._registry.rows.erase(candidate, after=after, limit=limit)
        if not found and self._left:
            await self._registry.scored(self._left.pop(0), user_id="ada")
        return found

    async def find(self, candidate: Candidate) -> Found:
        """As if one was judged only after the last look at the evidence."""
        if self._left:
            await self._registry.scored(self._left.pop(0), user_id="ada")
        return await super().find(candidate)


async def test_what_is_over_only_after_its_turn_is_erased_too(registry: Registry) -> None:
    await registry.judged("s1", user_id="ada")
    done = await erase_person(ADA, rows=AfterTheScan(registry, count=4), desk=registry.desk)
    assert sorted(done.submissions) == ["a0", "a1", "a2", "a3", "s1"]
    assert (len(done.entries), done.is_complete) == (4, True)
    found = await registry.rows.find(ADA)
    assert (found.submissions, found.entries) == (0, 0)


async def test_an_erasure_that_did_not_reach_all_says_so(registry: Registry) -> None:
    rows = AfterTheScan(registry, count=2 * PASSES_MAX)
    done = await erase_person(ADA, rows=rows, desk=registry.desk)
    assert (await registry.rows.find(ADA)).submissions == done.unfinished == 2
    assert not done.is_complete


async def test_an_empty_tenant_is_none(registry: Registry) -> None:
    await registry.scored("s1", user_id="ada")
    done = await erase_person(replace(ADA, tenant=""), rows=registry.rows, desk=registry.desk)
    assert (done.submissions, len(done.entries)) == (("s1",), 1)
    assert b'"ada"' not in await export("s1", registry.log)


async def test_once_more_does_nothing(registry: Registry) -> None:
    await registry.scored("s1", user_id="ada")
    await erase_person(ADA, rows=registry.rows, desk=registry.desk)
    again = await erase_person(ADA, rows=registry.rows, desk=registry.desk)
    assert (again.submissions, again.entries, again.log_entries, again.unfinished) == ((), (), (), 0)
    found = await registry.rows.find(ADA)
    assert (found.submissions, found.source_bytes, found.unfinished, found.entries) == (0, 0, 0, 0)


async def test_others_are_left_alone(registry: Registry) -> None:
    await registry.judged("s1", user_id="ada")
    await registry.judged("s2", user_id="eve")
    await registry.judged("s3", user_id=None)
    elsewhere = replace(submission("s4"), user_id="ada", tenant="school")
    await registry.house.store.record_and_enqueue(elsewhere, key=None, place=ASSESSMENT)
    untouched = [await registry.house.reader.submission(each) for each in ("s2", "s3", "s4")]
    assert (await erase_person(ADA, rows=registry.rows, desk=registry.desk)).submissions == ("s1",)
    assert [await registry.house.reader.submission(each) for each in ("s2", "s3", "s4")] == untouched


async def test_who_has_no_user_id_is_erased_by_the_submission(registry: Registry) -> None:
    await registry.scored("s1", user_id=None)
    await registry.judged("s2", user_id=None)
    nobody = Candidate(tenant=None, user_id=None, submission_id="s1")
    found = await registry.rows.find(nobody)
    assert (found.submissions, found.entries) == (1, 1)
    assert found.source_bytes > 0
    done = await erase_person(nobody, rows=registry.rows, desk=registry.desk)
    assert (done.submissions, len(done.entries)) == (("s1",), 1)
    assert (await erase_person(nobody, rows=registry.rows, desk=registry.desk)).submissions == ()
    other = await registry.house.reader.submission("s2")
    assert other is not None
    assert other.submission.files[0].content


async def test_what_is_not_judged_yet_stays_and_is_told(registry: Registry) -> None:
    await registry.judged("s1", user_id="ada")
    await registry.house.submit("s2", user_id="ada")
    found = await registry.rows.find(ADA)
    assert (found.submissions, found.unfinished) == (1, 1)
    done = await erase_person(ADA, rows=registry.rows, desk=registry.desk)
    assert (done.submissions, done.unfinished, done.is_complete) == (("s1",), 1, False)
    (lease,) = await registry.house.claim(token="t2")
    state = await registry.house.reader.submission("s2")
    assert state is not None
    assert state.submission.files[0].content, "a worker needs it"
    assert await registry.house.verdicts.finish(lease, judgement(lease, "j2"))
    done = await erase_person(ADA, rows=registry.rows, desk=registry.desk)
    assert (done.submissions, done.is_complete) == (("s2",), True)


async def test_a_dead_letter_is_tried_no_more(registry: Registry) -> None:
    await registry.house.submit("s1", place=ASSESSMENT, user_id="ada")
    (lease,) = await registry.house.claim()
    assert await registry.house.queue.bury(lease, cause="it said 'ada'")
    assert (await erase_person(ADA, rows=registry.rows, desk=registry.desk)).submissions == ("s1",)
    assert await registry.scores.unscored(limit=10) == []
    if registry.house.desk is None:
        return  # the fake has no operator
    assert await registry.house.desk.retry(Selection(submission_ids=["s1"])) == 0
    assert all(not fault.cause for fault in await registry.house.desk.faults("s1"))


async def test_many_are_erased_some_at_a_time(registry: Registry) -> None:
    for number in range(5):
        await registry.judged(f"s{number}", user_id="ada", place=PRACTICE)
    erased = await registry.rows.erase(ADA, after="", limit=2)
    assert erased == ["s0", "s1"]
    erased += await registry.rows.erase(ADA, after=erased[-1], limit=2)
    assert (await registry.rows.find(ADA)).submissions == 1
    done = await erase_person(ADA, rows=registry.rows, desk=registry.desk)
    assert (*erased, *done.submissions) == tuple(f"s{number}" for number in range(5))


async def test_the_key_of_the_request_is_forgotten(registry: Registry) -> None:
    key = IdempotencyKey(tenant=None, value="ada's first try", request_sha256="r")
    await registry.house.store.record_and_enqueue(_by_ada("s1"), key=key)
    (lease,) = await registry.house.claim()
    assert await registry.house.verdicts.finish(lease, judgement(lease))
    await erase_person(ADA, rows=registry.rows, desk=registry.desk)
    made = await registry.house.store.record_and_enqueue(_by_ada("s2"), key=key)
    assert made.id == "s2"


async def test_postgresql_lets_go_of_what_rows_were(templates: Templates) -> None:
    async with templates.copy() as url, postgresql_registry(url) as registry:
        await registry.scored("s1", user_id="ada")
        await erase_person(ADA, rows=registry.rows, desk=registry.desk)
        await vacuum(url)
        async with connected(url) as connection:
            left = await connection.fetchval(
                "SELECT sum(n_dead_tup) FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL"
            )
            cleared = await connection.fetchval(
                "SELECT count(*) FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL"
            )
    assert left == 0
    assert cleared >= len(TABLES) - PARTITIONED, "partitions are counted by themselves"


def _by_ada(submission_id: str) -> Submission:
    return replace(submission(submission_id), user_id="ada")
