"""Run one's own program on one's own inputs: no verdict, and nothing of a problem's tests."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from assay.api.body import read_json
from assay.api.limits import RUN_JSON_BYTES_MAX, RUN_WAIT_SECONDS, RUN_WAIT_SECONDS_MAX, Capacity
from assay.api.openapi import json_body
from assay.api.run_schemas import CustomRunAnswer, CustomRunBody, InputAnswer, ProgramRunAnswer
from assay.api.schemas import ProblemDetails
from assay.api.services import CapacityOfApp, Services, ServicesOfApp
from assay.api.submissions import files_of, is_id
from assay.domain.custom_run import KEPT_FOR, CustomRunOutcome, CustomRunState, ProgramRun
from assay.errors import NotFound, TooManyAtOnce
from assay.intake.custom_runs import RunDraft, ask_to_run, outcome_within

router = APIRouter(tags=["custom runs"])

_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemDetails} for status in (400, 408, 413, 415, 422, 429)
}
_PENDING: dict[int | str, dict[str, Any]] = {
    202: {"model": CustomRunAnswer, "description": "Not over yet: look again at its address."}
}

WaitSeconds = Annotated[
    float,
    Query(
        ge=0,
        le=RUN_WAIT_SECONDS_MAX,
        allow_inf_nan=False,
        description="How long the answer may wait for the outcome.",
    ),
]


@router.post("/api/v1/runs", responses={**_PENDING, **_REFUSALS}, openapi_extra=json_body(CustomRunBody))
async def create_run(
    request: Request,
    response: Response,
    services: ServicesOfApp,
    capacity: CapacityOfApp,
    wait: WaitSeconds = RUN_WAIT_SECONDS,
) -> CustomRunAnswer:
    """Run a program on inputs of one's own: 200 with what came of it, or 202 when that takes longer.

    Submissions go first. An address has few unfinished runs at a time; all is forgotten after an hour.
    """
    body = await read_json(
        request, CustomRunBody, seconds_max=capacity.body_seconds_max, bytes_max=RUN_JSON_BYTES_MAX
    )
    language = services.languages.get(body.language)
    draft = RunDraft(
        visitor=_visitor_of(request),
        problem_id=body.problem_id,
        language_id=language.id,
        files=files_of(body.source, body.files, source_name=language.source_name),
        inputs=tuple(each.encode() for each in body.inputs),
        with_model_answer=body.with_model_answer,
        cpu_time_ms=body.limits.cpu_time_ms,
        memory_bytes=body.limits.memory_bytes,
    )
    run = await ask_to_run(draft, services.runs)
    return await _answer_within(run.id, wait, response, services, capacity)


@router.get("/api/v1/runs/{run_id}", responses={**_PENDING, 404: {"model": ProblemDetails}})
async def read_run(
    run_id: Annotated[str, Path(description="A custom run's id (UUID).")],
    response: Response,
    services: ServicesOfApp,
    capacity: CapacityOfApp,
    wait: WaitSeconds = 0.0,
) -> CustomRunAnswer:
    """A custom run: 200 once it is over, 202 until then. After an hour it is gone."""
    if not is_id(run_id):
        raise NotFound("there is no custom run with this id")
    return await _answer_within(run_id, wait, response, services, capacity)


async def _answer_within(
    run_id: str, seconds: float, response: Response, services: Services, capacity: Capacity
) -> CustomRunAnswer:
    now = asyncio.get_running_loop().time
    try:
        with capacity.run_waiters.enter():
            state = await outcome_within(run_id, services.runs, seconds=seconds, now=now)
    except TooManyAtOnce:  # it was taken all the same: the client looks again by itself
        state = await outcome_within(run_id, services.runs, seconds=0, now=now)
    if state is None:
        raise NotFound("there is no custom run with this id")
    if not state.status.is_final:
        response.status_code = HTTPStatus.ACCEPTED
        response.headers["Location"] = url_of_run(run_id)
    return answer_of(state)


def answer_of(state: CustomRunState) -> CustomRunAnswer:
    run, outcome = state.run, state.outcome
    return CustomRunAnswer(
        id=run.id,
        status=state.status,
        message=state.cause if outcome is None else outcome.message,
        compiled=None if outcome is None else outcome.compiled,
        compile_output="" if outcome is None else outcome.compile_output,
        inputs=[] if outcome is None else _inputs_of(outcome),
        expires_at=run.created_at + KEPT_FOR,
        url=url_of_run(run.id),
    )


def _inputs_of(outcome: CustomRunOutcome) -> list[InputAnswer]:
    models: list[ProgramRun | None] = [*outcome.model_runs] or [None] * len(outcome.runs)
    return [
        InputAnswer(
            **_facts_of(run), model_answer=None if model is None else ProgramRunAnswer(**_facts_of(model))
        )
        for run, model in zip(outcome.runs, models, strict=True)
    ]


def _facts_of(run: ProgramRun) -> dict[str, Any]:
    facts = dict(vars(run))
    return {"status": facts.pop("ending"), **facts}


def url_of_run(run_id: str) -> str:
    return f"/api/v1/runs/{run_id}"


def _visitor_of(request: Request) -> str:
    """The address that asks: without accounts, all that tells visitors apart."""
    return "" if request.client is None else request.client.host
