"""The assessment of a submission as one of its judgements has it, put together. Nothing is run for it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from assay.assessments.evidence.assessment import Assessment
from assay.assessments.looking import LooksAtText, look_at
from assay.assessments.scoring import Precision
from assay.assessments.tracing.measuring import Input
from assay.domain.judgement import Judgement
from assay.domain.problem import Problem
from assay.domain.rubric import Rubric
from assay.domain.submission import Submission
from assay.domain.trace import ExecutionTrace
from assay.errors import Unavailable


class Problems(Protocol):
    async def version(self, problem_id: str, version: str) -> Problem | None:
        """Exactly the version that the submission was judged against."""
        ...


class Means(Protocol):
    """What assessing works with. `inputs` looks at test inputs, for the sizes that costs grow with."""

    @property
    def problems(self) -> Problems: ...
    @property
    def analyser(self) -> LooksAtText: ...
    @property
    def inputs(self) -> Callable[[Problem], Awaitable[Mapping[str, Input]]]: ...
    @property
    def rubric(self) -> Rubric: ...
    @property
    def role(self) -> str: ...
    @property
    def precision(self) -> Precision: ...


async def problem_of(submission: Submission, means: Means) -> Problem:
    """The version that it was judged against. Raises `Unavailable`."""
    problem = await means.problems.version(submission.problem_id, submission.problem_version)
    if problem is None:
        raise Unavailable(f"problem {submission.problem_id} has no version {submission.problem_version}")
    return problem


async def assess(
    submission: Submission, judgement: Judgement, trace: ExecutionTrace, means: Means
) -> Assessment:
    """Look at the text, and put all together. Raises `Unavailable`."""
    return Assessment(
        problem_id=submission.problem_id,
        language_id=submission.language_id,
        files=submission.files,
        decision=judgement.decision,
        all_tests=judgement.all_tests,
        analysis=await look_at(submission.files, submission.language_id, means.analyser),
        trace=trace,
        rubric=means.rubric,
        role=means.role,
        precision=means.precision,
    )
