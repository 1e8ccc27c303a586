"""The assessment of a judged submission, read rather than made: nothing is run for it.

evidence of its newest judgement ──► that assessment as it is recorded, so that its score is the server's
none: practice, a contest        ──► the judgement ► look at the text ► trace of its runs, as a server does
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from assay.assessments.assessing import Problems, assess, problem_of
from assay.assessments.evidence.assessment import Assessment, assessment_of
from assay.assessments.evidence.file import read_value
from assay.assessments.evidence.ports import EvidenceLog
from assay.assessments.looking import LooksAtText
from assay.assessments.scoring import Precision
from assay.assessments.tracing import trace_of_runs
from assay.assessments.tracing.measuring import Input
from assay.domain.judgement import Judgement
from assay.domain.problem import Problem
from assay.domain.rubric import Rubric
from assay.errors import NotFound, NotScorable
from assay.verdicts.ports import SubmissionReader


@dataclass(frozen=True, kw_only=True)
class Records:
    """What is read; the rest is the server's (`assessing.Means`)."""

    submissions: SubmissionReader
    problems: Problems
    log: EvidenceLog
    analyser: LooksAtText
    inputs: Callable[[Problem], Awaitable[Mapping[str, Input]]]
    rubric: Rubric
    role: str
    precision: Precision


@dataclass(frozen=True, kw_only=True)
class Judged:
    """An assessment of a submission. `is_recorded`: it is the one that the log has evidence of."""

    problem: Problem
    assessment: Assessment
    is_recorded: bool


async def judged_assessment(submission_id: str, records: Records) -> Judged:
    """Of its newest judgement. Raises `NotFound`, `NotScorable`, `EvidenceUnreadable` and `Unavailable`."""
    state = await records.submissions.submission(submission_id)
    if state is None:
        raise NotFound(f"there is no submission {submission_id}")
    submission = state.submission
    judgements = await records.submissions.judgements(submission_id)
    if not judgements:
        # A dead letter has no judgement, and is final: that is our fault, and not something to wait for.
        if state.status.is_final:
            raise NotScorable(f"the submission {submission_id} could not be judged")
        raise NotFound(f"the submission {submission_id} is not judged yet: it is {state.status.value}")
    problem = await problem_of(submission, records)
    judgement = judgements[-1]
    recorded = await _recorded(submission_id, judgement, records.log)
    if recorded is not None:
        return Judged(problem=problem, assessment=recorded, is_recorded=True)
    trace = trace_of_runs(judgement.decision.runs, await records.inputs(problem))
    assessment = await assess(submission, judgement, trace, records)
    return Judged(problem=problem, assessment=assessment, is_recorded=False)


async def _recorded(submission_id: str, judgement: Judgement, log: EvidenceLog) -> Assessment | None:
    """What the log has of this judgement. None: it was not scored, or only an earlier judging was."""
    entry = await log.entry_of_submission(submission_id)
    provenance = None if entry is None else await log.provenance(entry.id)
    if entry is None or provenance is None or provenance.generation != judgement.generation:
        return None
    if provenance.erased_by is not None:
        raise NotFound(f"what the score of {submission_id} rested on was erased with the person")
    return assessment_of({each.part: read_value(each.content) for each in await log.parts(entry.id)})
