"""Scores of submissions in the lane of assessments, and the evidence for them."""

from datetime import datetime
from enum import StrEnum
import json
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from assay.api.lanes import shows_token
from assay.api.schemas import Answer, ProblemDetails
from assay.api.services import ServicesOfApp
from assay.api.submissions import SubmissionId, find_submission, url_of_submission
from assay.assessments.evidence.sealing import export
from assay.assessments.ports import ScoreState, Standing
from assay.errors import NotAllowed, NotFound

router = APIRouter(tags=["scores"])

_NOT_THERE: dict[int | str, dict[str, Any]] = {404: {"model": ProblemDetails}}


class ScoreStatus(StrEnum):
    """How far a score is. `unscored`: through our fault; the verdict stands, and an operator tries again."""

    WAITING = "waiting"
    SCORED = "scored"
    UNSCORED = "unscored"
    ERASED = "erased"


class ScoreAnswer(Answer):
    submission_id: str
    generation: int | None = Field(description="That of the judgement scored; null before it is judged.")
    status: ScoreStatus
    score: dict[str, Any] | None = Field(
        description="Total, interval, competencies with each deduction, versions; null unless scored."
    )
    scored_at: datetime | None
    evidence_entry: str | None = Field(description="The entry of the log of evidence that proves it.")
    evidence_url: str | None


@router.get("/api/v1/submissions/{submission_id}/score", responses=_NOT_THERE)
async def read_score(submission_id: SubmissionId, services: ServicesOfApp) -> ScoreAnswer:
    """A submission's score. Only those of the lane of assessments have one: others get 404 once judged."""
    state = await services.scores.state(submission_id)
    if state is None:
        submission = await find_submission(submission_id, services.reader)
        is_judged = submission.status.is_final
        # It may have been judged since we looked; what is judged and is to be scored waits from then on.
        state = await services.scores.state(submission_id) if is_judged else None
        if state is None and is_judged:
            raise NotFound("this submission is not scored: only those of lane 'assessment' are")
    if state is not None:
        return _answer_of(state)
    return ScoreAnswer(
        submission_id=submission_id,
        generation=None,
        status=ScoreStatus.WAITING,
        score=None,
        scored_at=None,
        evidence_entry=None,
        evidence_url=None,
    )


@router.get(
    "/api/v1/submissions/{submission_id}/evidence",
    responses={**_NOT_THERE, 403: {"model": ProblemDetails}},
    response_class=Response,
)
async def read_evidence(submission_id: SubmissionId, request: Request, services: ServicesOfApp) -> Response:
    """The evidence file of a score, for 'assay evidence verify'. After an erasure it says what is erased.

    It has the source and the candidate's name, so it takes the operator's token.
    """
    if not shows_token(request, services.operator_token):
        raise NotAllowed(
            "evidence has the source and who wrote it: it takes 'Authorization: Bearer' with the server's "
            "ASSAY_OPERATOR_TOKEN"
        )
    content = await export(submission_id, services.evidence)
    return Response(
        content,
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="evidence-{submission_id}.json"'},
    )


def _answer_of(state: ScoreState) -> ScoreAnswer:
    score = state.score
    is_proven = state.standing in (Standing.SCORED, Standing.ERASED)
    return ScoreAnswer(
        submission_id=state.submission_id,
        generation=state.generation,
        status=ScoreStatus(state.standing.value),
        score=None if score is None else json.loads(score.document),
        scored_at=None if score is None else score.at,
        evidence_entry=None if score is None else score.entry_id,
        evidence_url=f"{url_of_submission(state.submission_id)}/evidence" if is_proven else None,
    )
