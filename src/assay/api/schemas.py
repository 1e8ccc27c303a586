"""The shapes of requests and answers, as the OpenAPI document shows them.

Units are in the names; instants are RFC 3339 in UTC. A field that does not apply is null, never left out.
"""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Item = TypeVar("Item")


class _Request(BaseModel):
    """Nothing is guessed: no unknown fields, no number where a text belongs."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class SourceFileBody(_Request):
    name: str = Field(description="A relative name, `/` between folders.")
    content: str


class SubmissionBody(_Request):
    """Either `source`, or `files`. All together at most 64 KiB."""

    problem_id: Name
    language: Name = Field(description="A language's id; see /api/v1/languages.")
    source: str | None = None
    files: Annotated[list[SourceFileBody], Field(max_length=64)] | None = None
    user_id: Name | None = None
    tenant: Name | None = None


class AcceptedSubmission(_Answer):
    id: str
    status: SubmissionStatus
    url: str


class SubmissionLinks(_Answer):
    judgements: str
    events: str
    status: str
    page: str


class SubmissionAnswer(_Answer):
    """`test_case` of `total` is the test now running, or last run; the slowest and largest run's figures."""

    id: str
    status: SubmissionStatus
    verdict: Verdict | None = Field(description="Once judged; JE when the judge itself gave up.")
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


class StatusAnswer(_Answer):
    status: SubmissionStatus
    progress: str = Field(examples=["Test case 5/10"])


class EvidenceAnswer(_Answer):
    """What the verdict depended on."""

    source_sha256: str
    problem_version: str
    language_version: str
    limits: dict[str, int]
    sandbox: str
    host_class: str
    compilation: str = Field(
        description="`compiled`, or `cached`: kept from the same submitter's last compilation of the same. "
        "And the SHA-256 of what was made, if known. Empty for what is not compiled."
    )


class JudgementAnswer(_Answer):
    id: str
    submission_id: str
    generation: int = Field(description="Counts from 1; each rejudging opens the next.")
    verdict: Verdict
    message: str
    compile_output: str
    test_count: int
    cpu_time_ms: int
    memory_bytes: int
    started_at: datetime
    ended_at: datetime
    evidence: EvidenceAnswer
    runs_url: str


class RunAnswer(_Answer):
    ordinal: int
    test_name: str
    verdict: Verdict
    cpu_time_ms: int
    wall_time_ms: int
    memory_bytes: int
    exit_code: int | None
    signal: int | None
    message: str


class LanguageAnswer(_Answer):
    id: str
    name: str
    extensions: list[str]
    available: bool = Field(description="Whether its toolchain is installed on this server.")


class ProblemSummaryAnswer(_Answer):
    id: str
    name: str
    version: str
    cpu_time_ms: int
    memory_bytes: int
    test_count: int
    url: str


class LimitsAnswer(_Answer):
    cpu_time_ms: int
    memory_bytes: int
    output_bytes: int
    source_bytes: int
    compile_time_ms: int
    compile_memory_bytes: int


class StatementAnswer(_Answer):
    language: str = Field(description="BCP 47")
    format: str
    text: str


class SampleAnswer(_Answer):
    name: str
    input: str
    answer: str
    truncated: bool


class ProblemAnswer(_Answer):
    id: str
    name: str
    version: str
    limits: LimitsAnswer
    statements: list[StatementAnswer]
    samples: list[SampleAnswer]
    test_count: int
    url: str


class Listed(_Answer, Generic[Item]):
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
