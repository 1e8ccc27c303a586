"""The shapes of custom runs. The rules of schemas.py hold."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from assay.api.schemas import Answer, Body, Name, SourceFileBody
from assay.domain.custom_run import CustomRunStatus, Ending
from assay.intake.custom_runs import INPUTS_MAX
from assay.intake.rules import FILES_MAX


class RunLimitsBody(Body):
    """Less than the problem allows, or than is usual without one; never more."""

    cpu_time_ms: int | None = None
    memory_bytes: int | None = None


class CustomRunBody(Body):
    """Either `source`, or `files`, as in a submission. The program is compiled once for all inputs."""

    language: Name = Field(description="A language's id; see /api/v1/languages.")
    source: str | None = None
    files: Annotated[list[SourceFileBody], Field(max_length=FILES_MAX)] | None = None
    inputs: Annotated[list[str], Field(min_length=1, max_length=INPUTS_MAX)] = Field(
        description="What the program reads, one run each. At most 256 KiB together."
    )
    problem_id: Name | None = Field(
        default=None, description="With this problem's limits, and the files that its setter adds."
    )
    with_model_answer: bool = Field(
        default=False, description="Also run the problem's model solution, where its setter allows that."
    )
    limits: RunLimitsBody = RunLimitsBody()


class ProgramRunAnswer(Answer):
    """What a program did with an input. Long outputs are cut."""

    status: Ending = Field(description="OK, or the verdict that it would be; not-run when time was up.")
    message: str
    exit_code: int | None
    signal: int | None
    cpu_time_ms: int
    wall_time_ms: int
    memory_bytes: int
    stdout: str
    stderr: str
    stdout_truncated: bool
    stderr_truncated: bool


class InputAnswer(ProgramRunAnswer):
    model_answer: ProgramRunAnswer | None = Field(description="What the model solution did, if asked for.")


class CustomRunAnswer(Answer):
    """`compiled`, `compile_output` and `inputs` are there once it is done."""

    id: str
    status: CustomRunStatus = Field(description="failed: we could not run it; see the message.")
    message: str
    compiled: bool | None
    compile_output: str
    inputs: list[InputAnswer] = Field(description="In their order; none when it did not compile.")
    expires_at: datetime
    url: str
