"""Judging a problem's model solution in a worker, as a submission of it would be judged.

It sits on a seat that nobody else needs, and stands up again when somebody does: what is measured meanwhile
has as many programs beside it as there are seats, and the sandbox a slot for each.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.problem import Problem
from assay.errors import Unavailable
from assay.judging.compile_cache import SCOPE_OF_JURY
from assay.judging.judge import judge
from assay.judging.jury import read_files
from assay.judging.ports import Room
from assay.sandbox import SandboxError
from assay.wiring.workshop import Workshop

if TYPE_CHECKING:
    from assay.assessments.reference_costs import JudgesModel
    from assay.assessments.tracing import Program

AGAIN_SECONDS = 0.25  # between two looks for a seat: few of those that stand idle for long are missed
LOOKS_MAX = 120  # half a minute, as long as a score waits; each time that it gave way comes on top

_T = TypeVar("_T")


def model_judge_in(workshop: Workshop, room: Room) -> "JudgesModel":
    """Raises `Unavailable` where no seat was spare."""
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

    async def judge_on_spare_seat(problem: Problem) -> "tuple[Program, Decision]":
        return await on_spare_seat(lambda: judge_model(problem), room)

    return judge_on_spare_seat


async def on_spare_seat(work: Callable[[], Coroutine[Any, Any, _T]], room: Room) -> _T:
    """What the work comes to, begun anew when its seat was needed. Raises `Unavailable` where none was spare
    for long enough, and what the work does."""
    results: list[_T] = []

    async def to_its_end() -> None:
        results.append(await work())

    for _ in range(LOOKS_MAX):
        seated = room.seat_beside(to_its_end)
        if seated is not None:
            try:
                await asyncio.wait([seated])
            finally:
                seated.cancel()  # done, unless nobody waits for it any more
                await asyncio.wait([seated])
            if not seated.cancelled():
                seated.result()
                return results[0]
        await asyncio.sleep(AGAIN_SECONDS)
    raise Unavailable("no seat was spare beside submissions")


async def _tell_nobody(progress: Progress) -> None:
    """Nobody follows it."""
