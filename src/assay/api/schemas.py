"""The shapes of requests and answers, as the OpenAPI document shows them.

Units are in the names; instants are RFC 3339 in UTC. A field that does not apply is null, never left out.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from assay.domain.lane import Lane
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict
from assay.intake.answers import ANSWER_FILES_MAX

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Item = TypeVar("Item")
LANE = "Who waits for whom; contest and assessment take the operator's token."
DEADLINE = "In lane assessment: of submissions that wait alike, the one with the earlier deadline is next."
NEAR_LIMIT = "Ended so close to the time limit that it was repeated, and the median of all decided."


class Body(BaseModel):
    """Nothing is guessed: no unknown fields, no number where a text belongs."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class SourceFileBody(Body):
    name: str = Field(description="A relative name, `/` between folders.")
    content: str


class Judging(StrEnum):
    """How many of the tests are run: up to the one that decides, or all."""

    LAZY = "lazy"
    ALL_TESTS = "all-tests"


class SubmissionBody(Body):
    """Either `source`, or `files`. All together at most 128 KiB and 64 files.

    Where the problem takes answers instead of a program, the language is `answers` and the files are named as
    the tests are (`secret/01.out`, or `01.out`); larger answers come as a zip.
    """

    problem_id: Name
    language: Name = Field(description="A language's id (see /api/v1/languages), or `answers`.")
    source: str | None = None
    files: Annotated[list[SourceFileBody], Field(max_length=ANSWER_FILES_MAX)] | None = None
    user_id: Name | None = None
    tenant: Name | None = None
    judging: Annotated[Judging, Field(strict=False)] = Judging.LAZY
    lane: Annotated[Lane, Field(strict=False, description=LANE)] = Lane.PRACTICE
    deadline: Annotated[AwareDatetime | None, Field(strict=False, description=DEADLINE)] = None


class AcceptedSubmission(Answer):
    id: str
    status: SubmissionStatus
    url: str


class SubmissionLinks(Answer):
    judgements: str
    events: str
    status: str
    page: str


class SubmissionAnswer(Answer):
    """`test_case` of `total` is the test now running, or last run; the slowest and largest run's figures.

    `score` and `max_score` are of scoring problems; `max_score` is null where there is no best.
    """

    id: str
    status: SubmissionStatus
    verdict: Verdict | None = Field(description="Once judged; JE when the judge itself gave up.")
    score: float | None
    max_score: float | None
    near_limit: bool | None = Field(description=NEAR_LIMIT)
    judging: Judging
    problem_id: str
    language: str
    user_id: str | None
    tenant: str | None
    created_at: datetime
    cpu_time_ms: int | None
    memory_bytes: int | None
    test_case: int | None
    total: int | None
    url: str
    links: SubmissionLinks


class StatusAnswer(Answer):
    status: SubmissionStatus
    progress: str = Field(examples=["Test case 5/10"])


class EvidenceAnswer(Answer):
    """What the verdict depended on."""

    source_sha256: str
    problem_version: str
    language_version: str
    limits: dict[str, int]
    sandbox: str
    host_class: str
    compilation: str = Field(
        description="The SHA-256 of what the compiler made, if known. Empty for what is not compiled."
    )


class GroupAnswer(Answer):
    """What a group of tests came to."""

    name: str = Field(description="A path below the package's data folder; empty for the whole.")
    verdict: Verdict | None = Field(description="null when nothing of it was run.")
    score: float | None
    max_score: float | None


class JudgementAnswer(Answer):
    id: str
    submission_id: str
    generation: int = Field(description="Counts from 1; each rejudging opens the next.")
    verdict: Verdict
    score: float | None
    max_score: float | None
    groups: list[GroupAnswer] = Field(
        description="Outer groups first. Empty without groups, or where the problem does not show them."
    )
    near_limit: bool = Field(description=NEAR_LIMIT)
    judging: Judging
    message: str
    compile_output: str
    test_count: int
    cpu_time_ms: int
    memory_bytes: int
    started_at: datetime
    ended_at: datetime
    evidence: EvidenceAnswer
    runs_url: str


class FeedbackAnswer(Answer):
    """A failed test, shown. Long texts are cut."""

    hint: str
    input: str | None = Field(description="null, as `expected`, where the setter does not show it.")
    expected: str | None
    output: str = Field(description="What the program printed.")
    error_output: str
    truncated: bool


class RunAnswer(Answer):
    ordinal: int
    test_name: str
    verdict: Verdict
    cpu_time_ms: int
    wall_time_ms: int
    memory_bytes: int
    exit_code: int | None
    signal: int | None
    message: str
    score: float | None
    near_limit: bool = Field(description=NEAR_LIMIT)
    passes: int = Field(description="How often the program was run for this test: multi-pass problems.")
    team_message: str = Field(description="The problem's own validator's word for the submitter.")
    feedback: FeedbackAnswer | None = Field(
        description="For a failed test that the problem's setter shows: samples, and what has full feedback."
    )


class LanguageAnswer(Answer):
    id: str
    name: str
    extensions: list[str]
    available: bool = Field(description="Whether its toolchain is installed on this server.")


class ProblemSummaryAnswer(Answer):
    id: str
    name: str
    version: str
    cpu_time_ms: int
    memory_bytes: int
    test_count: int
    url: str


class LimitsAnswer(Answer):
    cpu_time_ms: int
    memory_bytes: int
    output_bytes: int
    source_bytes: int
    compile_time_ms: int
    compile_memory_bytes: int


class Listed(Answer, Generic[Item]):
    """One page of a list. `next` is the `after` of the page that follows, null on the last one."""

    items: list[Item]
    next: str | None


class FieldError(BaseModel):
    field: str
    message: str


class ProblemDetails(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: str | None = None
    errors: list[FieldError] | None = None
