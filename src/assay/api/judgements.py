"""Verdicts with their grounds: judgements, and the runs of each."""

import asyncio

from fastapi import APIRouter

from assay.api.limits import SAMPLE_BYTES_MAX
from assay.api.schemas import (
    EvidenceAnswer,
    FeedbackAnswer,
    GroupAnswer,
    JudgementAnswer,
    Listed,
    ProblemDetails,
    RunAnswer,
)
from assay.api.services import Services, ServicesOfApp
from assay.api.submissions import SubmissionId, find_submission, is_id, judging_of, problem_of
from assay.domain.judgement import Judgement, Run
from assay.domain.problem import Problem
from assay.errors import NotFound
from assay.problems.feedback import Feedback, read_feedback

router = APIRouter(tags=["judgements"])


@router.get("/api/v1/submissions/{submission_id}/judgements", responses={404: {"model": ProblemDetails}})
async def list_judgements(submission_id: SubmissionId, services: ServicesOfApp) -> Listed[JudgementAnswer]:
    """A submission's judgements, the newest last: one, and one more for each rejudging."""
    state = await find_submission(submission_id, services.reader)
    problem = await problem_of(state.submission, services)
    judgements = await services.reader.judgements(submission_id)
    return Listed(items=[_answer_of(judgement, problem) for judgement in judgements], next=None)


@router.get("/api/v1/judgements/{judgement_id}/runs", responses={404: {"model": ProblemDetails}})
async def list_runs(judgement_id: str, services: ServicesOfApp) -> Listed[RunAnswer]:
    """A judgement's runs in the order of the tests: as many as it took.

    What a validator has to say to the jury alone is recorded, and not told here.
    """
    judgement = await services.reader.judgement(judgement_id) if is_id(judgement_id) else None
    if judgement is None:
        raise NotFound("there is no judgement with this id")
    runs = judgement.decision.runs
    feedback = await _feedback(judgement, services)
    return Listed(items=[_run_of(run, feedback.get(run.ordinal)) for run in runs], next=None)


async def _feedback(judgement: Judgement, services: Services) -> dict[int, Feedback]:
    state = await find_submission(judgement.submission_id, services.reader)
    problem = await problem_of(state.submission, services)
    if problem is None:
        return {}
    return await asyncio.to_thread(
        read_feedback, problem, judgement.decision.runs, services.blobs, bytes_max=SAMPLE_BYTES_MAX
    )


def _answer_of(judgement: Judgement, problem: Problem | None) -> JudgementAnswer:
    scoring = None if problem is None else problem.scoring
    decision = judgement.decision
    evidence = decision.evidence
    return JudgementAnswer(
        id=judgement.id,
        submission_id=judgement.submission_id,
        generation=judgement.generation,
        verdict=decision.verdict,
        score=decision.score,
        max_score=None if scoring is None else scoring.max_score,
        groups=[
            GroupAnswer(name=each.name, verdict=each.verdict, score=each.score, max_score=each.max_score)
            for each in decision.groups
            if scoring is None or scoring.shows_groups
        ],
        near_limit=decision.near_limit,
        judging=judging_of(all_tests=judgement.all_tests),
        message=decision.message,
        compile_output=decision.compile_output,
        test_count=decision.test_count,
        cpu_time_ms=decision.cpu_time_ms,
        memory_bytes=decision.memory_bytes,
        started_at=judgement.started_at,
        ended_at=judgement.ended_at,
        evidence=EvidenceAnswer(
            source_sha256=evidence.source_sha256,
            problem_version=evidence.problem_version,
            language_version=evidence.language_version,
            limits=evidence.limits,
            sandbox=evidence.sandbox,
            host_class=evidence.host_class,
            compilation=evidence.compilation,
        ),
        runs_url=f"/api/v1/judgements/{judgement.id}/runs",
    )


def _run_of(run: Run, feedback: Feedback | None) -> RunAnswer:
    return RunAnswer(
        ordinal=run.ordinal,
        test_name=run.test_name,
        verdict=run.verdict,
        cpu_time_ms=run.cpu_time_ms,
        wall_time_ms=run.wall_time_ms,
        memory_bytes=run.memory_bytes,
        exit_code=run.exit_code,
        signal=run.signal,
        message=run.message,
        score=run.score,
        near_limit=run.near_limit,
        passes=run.passes,
        team_message=run.team_message,
        feedback=None
        if feedback is None
        else FeedbackAnswer(**vars(feedback), output=run.output, error_output=run.error_output),
    )
