"""Judging a problem's model solution in a worker, as a submission of it would be judged."""

import asyncio
from typing import TYPE_CHECKING

from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.errors import Unavailable
from assay.judging.compile_cache import SCOPE_OF_JURY
from assay.judging.judge import judge
from assay.judging.jury import read_files
from assay.sandbox import SandboxError
from assay.wiring.workshop import Workshop

if TYPE_CHECKING:
    from assay.assessments.reference_costs import JudgesModel
    from assay.assessments.tracing import Program


def model_judge_in(workshop: Workshop) -> "JudgesModel":
    """It has no seat: it waits for a slot of the sandbox like everything that runs there."""
    from assay.assessments.tracing import Program  # noqa: PLC0415 - loaded with the first assessment

    place = workshop.place

    async def judge_model(problem: Problem) -> "tuple[Program, Decision]":
        model = problem.model_solution
        if model is None or model.language_id is None:
            raise ValueError(f"{problem.id} has no model solution that can be judged")
        language = place.languages.get(model.language_id)
        try:
            async with workshop.data.of(problem) as data:
                files = await asyncio.to_thread(read_files, model.files, data)
                files.sort(key=lambda file: file.name != model.main)
                decision = await judge(
                    files,
                    problem,
                    language,
                    sandbox=place.sandbox,
                    data=data,
                    toolchain=place.toolchain,
                    host=place.host,
                    tell=_tell_nobody,
                    jury=workshop.jury,
                    all_tests=True,
                    memory=workshop.memory(SCOPE_OF_JURY),
                )
        except SandboxError as error:
            raise Unavailable(f"the sandbox failed: {error}") from error
        return Program(name=model.name, files=files, language=language), decision

    return judge_model


async def _tell_nobody(progress: Progress) -> None:
    """Nobody follows it."""
