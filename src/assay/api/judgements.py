"""Verdicts with their grounds: judgements, and the runs of each."""

from fastapi import APIRouter

from assay.api.schemas import EvidenceAnswer, JudgementAnswer, Listed, ProblemDetails, RunAnswer
from assay.api.services import ServicesOfApp
from assay.api.submissions import SubmissionId, find_submission, is_id
from assay.domain.judgement import Judgement, Run
from assay.errors import NotFound

router = APIRouter(tags=["judgements"])


@router.get("/api/v1/submissions/{submission_id}/judgements", responses={404: {"model": ProblemDetails}})
async def list_judgements(submission_id: SubmissionId, services: ServicesOfApp) -> Listed[JudgementAnswer]:
    """A submission's judgements, the newest last: one, and one more for each rejudging."""
    await find_submission(submission_id, services.reader)
    judgements = await services.reader.judgements(submission_id)
    return Listed(items=[_answer_of(judgement) for judgement in judgements], next=None)


@router.get("/api/v1/judgements/{judgement_id}/runs", responses={404: {"model": ProblemDetails}})
async def list_runs(judgement_id: str, services: ServicesOfApp) -> Listed[RunAnswer]:
    """A judgement's runs in the order of the tests, up to and with the first that failed."""
    judgement = await services.reader.judgement(judgement_id) if is_id(judgement_id) else None
    if judgement is None:
        raise NotFound("there is no judgement with this id")
    return Listed(items=[_run_of(run) for run in judgement.decision.runs], next=None)


def _answer_of(judgement: Judgement) -> JudgementAnswer:
    decision = judgement.decision
    evidence = decision.evidence
    return JudgementAnswer(
        id=judgement.id,
        submission_id=judgement.submission_id,
        generation=judgement.generation,
        verdict=decision.verdict,
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


def _run_of(run: Run) -> RunAnswer:
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
    )
