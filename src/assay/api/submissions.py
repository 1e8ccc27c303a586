"""Submit, look at a submission, and poll it."""

from collections.abc import Sequence
import hashlib
import json
from typing import Annotated, Any, assert_never
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.types import Scope

from assay.api.body import media_type_of, read_json
from assay.api.lanes import place_of
from assay.api.limits import Capacity
from assay.api.openapi import json_or_binary_body
from assay.api.schemas import (
    AcceptedSubmission,
    Judging,
    ProblemDetails,
    SourceFileBody,
    StatusAnswer,
    SubmissionAnswer,
    SubmissionBody,
    SubmissionLinks,
)
from assay.api.services import CapacityOfApp, Services, ServicesOfApp, services_of
from assay.api.zipped_answers import LATER_FIELDS, AnswersQuery, draft_of_zip
from assay.domain.answers import ANSWERS
from assay.domain.events import Progress
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile, Submission, SubmissionStatus
from assay.errors import InvalidInput, NotFound
from assay.intake.ports import Draft
from assay.intake.submit import submit
from assay.queue.ports import Place
from assay.verdicts.ports import SubmissionReader, SubmissionState

SubmissionId = Annotated[str, Path(description="A submission's id (UUID).")]

PLACE = "/api/v1/submissions"
JSON = "application/json"
ZIP = "application/zip"
_ANSWER_NAME = "answer.out"  # of a text that came without one; it will do where there is one test

_LATER_FIELDS = ("judging", *LATER_FIELDS)

router = APIRouter(tags=["submissions"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemDetails} for status in (400, 403, 408, 409, 413, 415, 422)
}


@router.post(
    PLACE,
    status_code=202,
    responses=_REFUSALS,
    openapi_extra=json_or_binary_body(SubmissionBody, ZIP),
)
async def create_submission(
    request: Request,
    response: Response,
    services: ServicesOfApp,
    capacity: CapacityOfApp,
    *,
    query: Annotated[AnswersQuery, Query()],
    idempotency_key: Annotated[
        str | None, Header(description="Repeats of a request under one key are one submission.")
    ] = None,
) -> AcceptedSubmission:
    """Accept a source for judging, or answers. When this answers 202, the submission is durable."""
    _only_key(request)
    if media_type_of(request) == ZIP:
        accepted = await _accept(await draft_of_zip(request, query, idempotency_key, services), services)
    else:
        accepted = await _accept_json(request, idempotency_key, services, capacity)
    response.headers["Location"] = accepted.url
    return accepted


def is_plain_submission(scope: Scope) -> bool:
    """One in JSON with nothing in the query, as nearly all are."""
    return (
        scope["type"] == "http"
        and scope["method"] == "POST"
        and scope["path"] == PLACE
        and not scope["query_string"]
        and (b"content-type", JSON.encode()) in scope["headers"]
    )


async def create_plain_submission(request: Request) -> Response:
    """`create_submission` for one of these."""
    services = services_of(request)
    accepted = await _accept_json(request, _only_key(request), services, services.capacity)
    return Response(
        accepted.model_dump_json(), status_code=202, headers={"Location": accepted.url}, media_type=JSON
    )


def _only_key(request: Request) -> str | None:
    """The request's Idempotency-Key. Raises `InvalidInput` when there are several."""
    keys = request.headers.getlist("idempotency-key")
    if len(keys) > 1:
        raise InvalidInput("a request has at most one Idempotency-Key", field="Idempotency-Key")
    return keys[0] if keys else None


async def _accept_json(
    request: Request, idempotency_key: str | None, services: Services, capacity: Capacity
) -> AcceptedSubmission:
    body = await read_json(request, SubmissionBody, seconds_max=capacity.body_seconds_max)
    place = place_of(body.lane, body.deadline, request, services)
    return await _accept(_draft_of(body, idempotency_key, services, place), services)


async def _accept(draft: Draft, services: Services) -> AcceptedSubmission:
    accepted = await submit(draft, services.intake)
    return AcceptedSubmission(
        id=accepted.id, status=SubmissionStatus.QUEUED, url=url_of_submission(accepted.id)
    )


@router.get("/api/v1/submissions/{submission_id}", responses={404: {"model": ProblemDetails}})
async def read_submission(submission_id: SubmissionId, services: ServicesOfApp) -> SubmissionAnswer:
    """Where a submission stands, and its verdict once there is one."""
    state = await find_submission(submission_id, services.reader)
    submission, url = state.submission, url_of_submission(submission_id)
    problem = await problem_of(submission, services)
    return SubmissionAnswer(
        id=submission.id,
        status=state.status,
        verdict=state.verdict,
        score=state.score,
        max_score=None if problem is None or problem.scoring is None else problem.scoring.max_score,
        near_limit=state.near_limit,
        judging=judging_of(all_tests=submission.all_tests),
        problem_id=submission.problem_id,
        language=submission.language_id,
        user_id=submission.user_id,
        tenant=submission.tenant,
        created_at=submission.created_at,
        cpu_time_ms=state.cpu_time_ms,
        memory_bytes=state.memory_bytes,
        test_case=state.test_case,
        total=state.total,
        url=url,
        links=SubmissionLinks(
            judgements=f"{url}/judgements",
            events=f"{url}/events",
            status=f"{url}/status",
            page=f"/submissions/{submission.id}",
        ),
    )


@router.get("/submissions/{submission_id}/status", responses={404: {"model": ProblemDetails}})
@router.get("/api/v1/submissions/{submission_id}/status", responses={404: {"model": ProblemDetails}})
async def read_status(submission_id: SubmissionId, services: ServicesOfApp) -> StatusAnswer:
    """For those who poll: the status, and the progress in words."""
    state = await find_submission(submission_id, services.reader)
    progress = Progress(
        status=state.status, test_case=state.test_case, total=state.total, verdict=state.verdict
    )
    return StatusAnswer(status=state.status, progress=progress_in_words(progress))


async def find_submission(submission_id: str, reader: SubmissionReader) -> SubmissionState:
    """Raises `NotFound`, also for what is no id at all: such an address is simply nobody's."""
    state = await reader.submission(submission_id) if is_id(submission_id) else None
    if state is None:
        raise NotFound("there is no submission with this id")
    return state


async def problem_of(submission: Submission, services: Services) -> Problem | None:
    """The problem as it was when the submission came; None if that version is not kept."""
    return await services.problems.version(submission.problem_id, submission.problem_version)


def judging_of(*, all_tests: bool) -> Judging:
    return Judging.ALL_TESTS if all_tests else Judging.LAZY


def is_id(text: str) -> bool:
    """Whether a text is an id in its usual spelling, so that one thing has one address."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def url_of_submission(submission_id: str) -> str:
    return f"/api/v1/submissions/{submission_id}"


def progress_in_words(progress: Progress) -> str:
    match progress.status:
        case SubmissionStatus.QUEUED:
            return "Waiting in the queue"
        case SubmissionStatus.COMPILING:
            return "Compiling"
        case SubmissionStatus.RUNNING:
            known = progress.test_case is not None and progress.total is not None
            return f"Test case {progress.test_case}/{progress.total}" if known else "Running"
        case SubmissionStatus.JUDGED | SubmissionStatus.FAILED:
            return "Judged" if progress.verdict is None else progress.verdict.label
        case _ as unreachable:
            assert_never(unreachable)


def _draft_of(body: SubmissionBody, idempotency_key: str | None, services: Services, place: Place) -> Draft:
    return Draft(
        problem_id=body.problem_id,
        language_id=body.language,
        files=files_of(body.source, body.files, source_name=_source_name(body.language, services)),
        user_id=body.user_id,
        tenant=body.tenant,
        idempotency_key=idempotency_key,
        request_sha256="" if idempotency_key is None else _digest_of(body),
        all_tests=body.judging is Judging.ALL_TESTS,
        place=place,
    )


def files_of(
    source: str | None, files: Sequence[SourceFileBody] | None, *, source_name: str
) -> tuple[SourceFile, ...]:
    """The files of a request that has either. Raises `InvalidInput`."""
    match source, files:
        case None, None:
            raise InvalidInput("source is required, unless there are files", field="source")
        case str(text), None:
            return (SourceFile(name=source_name, content=text.encode()),)
        case None, given if given is not None:
            return tuple(SourceFile(name=file.name, content=file.content.encode()) for file in given)
        case _:
            raise InvalidInput("source is given besides files; give one of the two", field="source")


def _source_name(language_id: str, services: Services) -> str:
    """The name of a source that came without one. Raises `UnknownLanguage`."""
    return _ANSWER_NAME if language_id == ANSWERS else services.languages.get(language_id).source_name


def _digest_of(body: SubmissionBody) -> str:
    """SHA-256 (hex) of the body as understood: the order of its fields and its white space do not count."""
    later = {n for n in _LATER_FIELDS if getattr(body, n) == SubmissionBody.model_fields[n].default}
    said = body.model_dump(mode="json", exclude=later)
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
