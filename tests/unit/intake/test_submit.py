"""Accepting: all or nothing, workers woken after it is durable, keys held while it is being recorded."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from assay.adapters.memory.problems import MemoryProblemStore
from assay.domain.answers import ANSWERS
from assay.domain.lane import Lane
from assay.domain.language import Language, RunStep, SelfTest
from assay.domain.submission import SourceFile, Submission
from assay.errors import (
    AssayError,
    IdempotencyInFlight,
    InvalidInput,
    LanguageNotInstalled,
    SourceTooLarge,
    Unavailable,
    UnknownLanguage,
    UnknownProblem,
)
from assay.intake.admission import Admission, bounds
from assay.intake.in_flight import KeysInFlight
from assay.intake.ports import Draft, IdempotencyKey
from assay.intake.submit import Intake, submit
from assay.queue.ports import PRACTICE, Place
from tests.contract.houses import NOON, StillClock, problem

DRAFT = Draft(
    problem_id="sum",
    language_id="c",
    files=(SourceFile(name="main.c", content=b"\xef\xbb\xbfa\r\n"),),
    user_id="u1",
    tenant="t1",
    idempotency_key=None,
    request_sha256="r1",
)


@dataclass
class Witness:
    """A store, a bell and languages in one, which write down in which order they are used."""

    seen: list[str] = field(default_factory=list)
    is_installed: bool = True
    language_id: str = "c"
    base: str | None = None
    keys: list[IdempotencyKey | None] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    recording: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    is_out_of_reach: bool = False

    async def record_and_enqueue(
        self, submission: Submission, *, key: IdempotencyKey | None, place: Place = PRACTICE
    ) -> Submission:
        self.places.append(place)
        self.keys.append(key)
        self.recording.set()
        await self.may_end.wait()
        if self.is_out_of_reach:
            raise Unavailable("no disk")
        self.seen.append(f"recorded {submission.id}")
        return submission

    def ring(self) -> None:
        self.seen.append("rung")

    def get(self, language_id: str) -> Language:
        if language_id != self.language_id:
            raise UnknownLanguage("no such language", field="language")
        return Language(
            id=self.language_id,
            base=self.base,
            name="C",
            extensions=("c",),
            source_name="main.c",
            version_argv=(),
            apt_packages=(),
            required_paths=(),
            compile=None,
            run=RunStep(argv=(), env={}, view="native", policy="native", start_ahead=False, processes=1),
            cpu_time_multiplier=1,
            self_test=SelfTest(source="", stdin="", stdout=""),
        )


@pytest.fixture
def witness() -> Witness:
    made = Witness()
    made.may_end.set()
    return made


@pytest.fixture
def problems() -> MemoryProblemStore:
    return MemoryProblemStore()


@pytest.fixture
async def intake(witness: Witness, problems: MemoryProblemStore) -> Intake:
    await problems.record(problem(), at=NOON)
    ids = iter(f"id{n}" for n in range(100))
    return Intake(
        store=witness,
        problems=problems,
        languages=witness,
        is_available=lambda language: witness.is_installed,
        doorbell=witness,
        in_flight=KeysInFlight(),
        admission=Admission(bounds(practice_depth_max=3, practice_age_seconds_max=60), clock=StillClock()),
        clock=StillClock(),
        new_id=lambda: next(ids),
    )


async def test_a_language_that_is_not_installed_is_refused(intake: Intake, witness: Witness) -> None:
    witness.is_installed = False
    with pytest.raises(LanguageNotInstalled, match="not installed") as refused:
        await submit(DRAFT, intake)
    assert refused.value.field == "language"
    assert witness.seen == []


async def test_a_draft_becomes_a_submission_and_then_workers_are_woken(
    intake: Intake, witness: Witness
) -> None:
    assert await submit(DRAFT, intake) == Submission(
        id="id0",
        problem_id="sum",
        problem_version="v1",
        language_id="c",
        files=(SourceFile(name="main.c", content=b"a\n"),),
        user_id="u1",
        tenant="t1",
        created_at=NOON,
    )
    assert witness.seen == ["recorded id0", "rung"]


@pytest.mark.parametrize(
    ("draft", "kind"),
    [
        (replace(DRAFT, problem_id="nothing"), UnknownProblem),
        (replace(DRAFT, language_id="nothing"), UnknownLanguage),
        (replace(DRAFT, files=(SourceFile(name="a", content=b"x" * 131_073),)), SourceTooLarge),
    ],
)
async def test_what_is_refused_leaves_no_trace(
    intake: Intake, witness: Witness, draft: Draft, kind: type[AssayError]
) -> None:
    with pytest.raises(kind):
        await submit(draft, intake)
    assert (witness.seen, witness.keys) == ([], [])


async def test_a_problem_may_take_less_source_than_we_do(
    intake: Intake, problems: MemoryProblemStore, witness: Witness
) -> None:
    golf = replace(problem("golf"), limits=replace(problem().limits, source_bytes=10))
    await problems.record(golf, at=NOON)
    fits, too_long = (SourceFile(name="main.c", content=b"x" * size) for size in (10, 11))
    await submit(replace(DRAFT, problem_id="golf", files=(fits,)), intake)
    with pytest.raises(SourceTooLarge):
        await submit(replace(DRAFT, problem_id="golf", files=(too_long,)), intake)
    assert witness.seen == ["recorded id0", "rung"]


async def test_that_all_tests_shall_be_run_is_recorded(intake: Intake) -> None:
    assert not (await submit(DRAFT, intake)).all_tests
    assert (await submit(replace(DRAFT, all_tests=True), intake)).all_tests


async def test_a_problem_may_take_some_languages_only(
    intake: Intake, problems: MemoryProblemStore, witness: Witness
) -> None:
    await problems.record(replace(problem("java-only"), languages=("java", "kotlin")), at=NOON)
    await problems.record(replace(problem("c-too"), languages=("java", "c")), at=NOON)
    with pytest.raises(InvalidInput, match="java, kotlin") as refused:
        await submit(replace(DRAFT, problem_id="java-only"), intake)
    assert refused.value.field == "language"
    assert witness.seen == []
    await submit(replace(DRAFT, problem_id="c-too"), intake)


async def test_another_version_of_a_language_is_taken_where_the_language_is(
    intake: Intake, problems: MemoryProblemStore, witness: Witness
) -> None:
    await problems.record(replace(problem("c-too"), languages=("c",)), at=NOON)
    witness.language_id, witness.base = "c-23", "c"
    assert (
        await submit(replace(DRAFT, problem_id="c-too", language_id="c-23"), intake)
    ).language_id == "c-23"


async def test_answers_are_taken_as_they_are_where_answers_are_wanted(
    intake: Intake, problems: MemoryProblemStore, witness: Witness
) -> None:
    await problems.record(replace(problem("answers"), takes_answers=True), at=NOON)
    wanted = replace(
        DRAFT,
        problem_id="answers",
        language_id=ANSWERS,
        files=(SourceFile(name="1.out", content=b"\xef\xbb\xbf\r\n\x00"),),
    )
    witness.is_installed = False  # there is nothing to install
    recorded = await submit(wanted, intake)
    assert (recorded.language_id, recorded.files) == (ANSWERS, wanted.files)


@pytest.mark.parametrize(("takes_answers", "language_id"), [(True, "c"), (False, ANSWERS)])
async def test_neither_programs_for_answers_nor_answers_for_programs(
    intake: Intake, problems: MemoryProblemStore, witness: Witness, *, takes_answers: bool, language_id: str
) -> None:
    await problems.record(replace(problem(), takes_answers=takes_answers), at=NOON)
    with pytest.raises(InvalidInput) as refused:
        await submit(replace(DRAFT, language_id=language_id), intake)
    assert refused.value.field == "language"
    assert witness.seen == []


async def test_nobody_is_woken_for_what_was_not_recorded(intake: Intake, witness: Witness) -> None:
    witness.is_out_of_reach = True
    with pytest.raises(Unavailable):
        await submit(DRAFT, intake)
    assert witness.seen == []


async def test_a_key_is_held_while_its_first_request_is_recorded_and_free_afterwards(
    intake: Intake, witness: Witness
) -> None:
    keyed = replace(DRAFT, idempotency_key="k1")
    witness.may_end.clear()
    first = asyncio.create_task(submit(keyed, intake))
    await witness.recording.wait()
    with pytest.raises(IdempotencyInFlight):
        await submit(keyed, intake)
    with pytest.raises(IdempotencyInFlight):
        await submit(replace(keyed, request_sha256="r2"), intake)
    others = [
        asyncio.create_task(submit(replace(keyed, idempotency_key="k2"), intake)),
        asyncio.create_task(submit(replace(keyed, tenant="t2"), intake)),
        asyncio.create_task(submit(DRAFT, intake)),
    ]
    witness.may_end.set()
    assert (await first).id == "id0"
    await asyncio.gather(*others)
    await submit(keyed, intake)
    assert witness.keys[0] == IdempotencyKey(tenant="t1", value="k1", request_sha256="r1")


async def test_a_key_is_free_after_a_failure(intake: Intake, witness: Witness) -> None:
    keyed = replace(DRAFT, idempotency_key="k1")
    witness.is_out_of_reach = True
    with pytest.raises(Unavailable):
        await submit(keyed, intake)
    witness.is_out_of_reach = False
    await submit(keyed, intake)


async def test_a_submission_waits_where_its_draft_says(intake: Intake, witness: Witness) -> None:
    place = Place(lane=Lane.ASSESSMENT, deadline=NOON)
    await submit(DRAFT, intake)
    await submit(replace(DRAFT, place=place), intake)
    assert witness.places == [PRACTICE, place]
