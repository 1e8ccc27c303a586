"""Score one judged submission, once: load → look at the text → trace → score → seal → record.

No seat in the sandbox is held: the trace is of the judgement's own runs. What
takes time (a program may have thousands of findings) is done in threads: the event loop is judging's, too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from assay.assessments.assessing import Problems, assess, problem_of
from assay.assessments.evidence.assessment import Assessment, parts_of
from assay.assessments.evidence.canonical import canonical
from assay.assessments.evidence.sealing import Desk, seal
from assay.assessments.looking import LooksAtText
from assay.assessments.ports import NewScore, RecordedScore, ScoreStore, ScoringLease
from assay.assessments.scoring import Precision
from assay.assessments.tracing import NO_REFERENCES, References, trace_of_runs
from assay.assessments.tracing.measuring import Input
from assay.crash_points import CrashPoint, reach
from assay.domain.evidence import SALT_BYTES, Candidate, Part, idempotency_key, job_name
from assay.domain.judgement import Judgement
from assay.domain.problem import Problem
from assay.domain.rubric import Rubric
from assay.domain.submission import Submission
from assay.domain.trace import ExecutionTrace
from assay.errors import NotScorable
from assay.verdicts.ports import SubmissionReader


class FindsReferences(Protocol):
    async def __call__(
        self, submission: Submission, judgement: Judgement, problem: Problem, inputs: Mapping[str, Input], /
    ) -> References:
        """What the submission's costs are compared with, in the same language. Raises `Unavailable`."""
        ...


async def _nothing_to_compare_with(
    submission: Submission, judgement: Judgement, problem: Problem, inputs: Mapping[str, Input], /
) -> References:
    return NO_REFERENCES


@dataclass(frozen=True, kw_only=True)
class Office:
    """What scoring works with. `desk` is asked for each time: the key may have been replaced."""

    store: ScoreStore
    submissions: SubmissionReader
    problems: Problems
    analyser: LooksAtText
    inputs: Callable[[Problem], Awaitable[Mapping[str, Input]]]
    desk: Callable[[], Desk]
    rubric: Rubric
    role: str
    precision: Precision
    references: FindsReferences = _nothing_to_compare_with


async def score_submission(lease: ScoringLease, office: Office) -> RecordedScore | None:
    """The score, as it was recorded. None: not by us, for the lease was lost or the person was erased.

    Raises `NotScorable` for what no other try would change. Any other exception is a fault of ours.
    """
    submission, judgement, problem = await _load(lease, office)
    trace = await _trace(submission, judgement, problem, office)
    assessment = await assess(submission, judgement, trace, office)
    return await _record(lease, submission, assessment, office)


async def _trace(
    submission: Submission, judgement: Judgement, problem: Problem, office: Office
) -> ExecutionTrace:
    inputs = await office.inputs(problem)
    references = await office.references(submission, judgement, problem, inputs)
    language = references.timed[0][0].language if references.timed else None  # which is the submission's
    return await asyncio.to_thread(
        trace_of_runs, judgement.decision.runs, inputs, language=language, references=references
    )


async def _load(lease: ScoringLease, office: Office) -> tuple[Submission, Judgement, Problem]:
    state = await office.submissions.submission(lease.submission_id)
    judgements = await office.submissions.judgements(lease.submission_id)
    judgement = next((each for each in judgements if each.generation == lease.generation), None)
    if state is None or judgement is None:
        raise NotScorable("the submission or its judgement is not in the database any more")
    submission = state.submission
    return submission, judgement, await problem_of(submission, office)


async def _record(
    lease: ScoringLease, submission: Submission, assessment: Assessment, office: Office
) -> RecordedScore | None:
    candidate = Candidate(tenant=submission.tenant, user_id=submission.user_id, submission_id=submission.id)
    job = job_name(submission_id=lease.submission_id, generation=lease.generation)
    parts, document = await asyncio.to_thread(_scored, assessment, job, candidate)
    desk = office.desk()
    salt = await office.store.person_salt(lease, candidate.person, fresh=desk.random_bytes(SALT_BYTES))
    if salt is None:
        return None
    sealed = await seal(parts, desk, person_salt=salt)
    new = NewScore(
        key=idempotency_key(job=job, candidate=candidate),
        document=document,
        person=candidate.person,
        person_salt=salt,
        entry=sealed.entry,
        parts=sealed.parts,
    )
    reach(CrashPoint.SEALED_BEFORE_RECORD)
    recorded = await office.store.record(lease, new, signer=desk.signer)
    return recorded if recorded is not None and recorded.entry_id == new.entry.id else None


def _scored(assessment: Assessment, job: str, candidate: Candidate) -> tuple[Mapping[Part, object], bytes]:
    """The parts of the evidence, and the score among them as canonical JSON. Raises `NotScorable`."""
    document = assessment.scored()
    return parts_of(assessment, document, job=job, candidate=candidate), canonical(document)
