"""Accept a draft, or say why not."""

from collections.abc import Callable
from dataclasses import dataclass

from assay.crash_points import CrashPoint, reach
from assay.domain.answers import ANSWERS
from assay.domain.clock import Clock
from assay.domain.identity import NewId
from assay.domain.lane import Lane
from assay.domain.language import Language
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile, Submission
from assay.errors import InvalidInput, LanguageNotInstalled, UnknownProblem
from assay.intake.admission import Admission
from assay.intake.answers import answers_for
from assay.intake.in_flight import KeysInFlight
from assay.intake.ports import Draft, IdempotencyKey, Languages, ProblemVersions, SubmissionStore
from assay.intake.rules import check_draft, check_language, check_size, normalise_source
from assay.queue.ports import Doorbell


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Everything that accepting needs. Built once, by wiring; handed to the doors."""

    store: SubmissionStore
    problems: ProblemVersions
    languages: Languages
    is_available: Callable[[Language], bool]  # whether its toolchain is installed
    doorbell: Doorbell
    in_flight: KeysInFlight
    admission: Admission
    clock: Clock
    new_id: NewId


async def submit(draft: Draft, intake: Intake) -> Submission:
    """Accept a draft: on return its submission, job and idempotency key are durable, and workers are woken.

    A repeated idempotency key with the same request returns the submission first accepted under it.
    Raises `Overloaded`, `SubmissionInvalid`, `SourceTooLarge`, `UnknownLanguage`, `LanguageNotInstalled`,
    `UnknownProblem`, `InvalidInput`, `IdempotencyConflict` or `IdempotencyInFlight`: then nothing was
    recorded.
    """
    check_draft(draft)
    language = None if draft.has_answers else installed_language(draft.language_id, intake)
    problem = await current_problem(draft.problem_id, intake)
    intake.admission.admit(draft.place.lane)
    submission = Submission(
        id=intake.new_id(),
        problem_id=problem.id,
        problem_version=problem.version,
        language_id=ANSWERS if language is None else language.id,
        files=_answers_for(problem, draft) if language is None else _program_for(problem, language, draft),
        user_id=draft.user_id,
        tenant=draft.tenant,
        created_at=intake.clock.now(),
        all_tests=draft.all_tests or draft.place.lane is Lane.ASSESSMENT,  # a score counts every test
    )
    reach(CrashPoint.CHECKED)
    if draft.idempotency_key is None:
        recorded = await intake.store.record_and_enqueue(submission, key=None, place=draft.place)
    else:
        key = IdempotencyKey(
            tenant=draft.tenant, value=draft.idempotency_key, request_sha256=draft.request_sha256
        )
        with intake.in_flight.hold(key):
            recorded = await intake.store.record_and_enqueue(submission, key=key, place=draft.place)
    reach(CrashPoint.RECORDED_BEFORE_RING)
    intake.doorbell.ring()
    reach(CrashPoint.RUNG_BEFORE_ANSWER)
    return recorded


def installed_language(language_id: str, intake: Intake) -> Language:
    """Raises `UnknownLanguage` or `LanguageNotInstalled`."""
    language = intake.languages.get(language_id)
    if not intake.is_available(language):  # it could only end as our fault
        raise LanguageNotInstalled(f"{language.name} is not installed on this server", field="language")
    return language


async def current_problem(problem_id: str, intake: Intake) -> Problem:
    """Raises `UnknownProblem`."""
    problem = await intake.problems.current(problem_id)
    if problem is None:
        raise UnknownProblem(f"there is no problem {problem_id!r}", field="problem_id")
    return problem


def _answers_for(problem: Problem, draft: Draft) -> tuple[SourceFile, ...]:
    if not problem.takes_answers:
        raise InvalidInput("this problem takes programs, not answers", field="language")
    return answers_for(problem, draft.files)


def _program_for(problem: Problem, language: Language, draft: Draft) -> tuple[SourceFile, ...]:
    if problem.takes_answers:
        raise InvalidInput(
            f"this problem takes the answers themselves, as the language {ANSWERS!r}, and no program",
            field="language",
        )
    check_language(language, problem)
    check_size(draft.files, source_bytes_max=problem.limits.source_bytes)
    return tuple(SourceFile(name=file.name, content=normalise_source(file.content)) for file in draft.files)
