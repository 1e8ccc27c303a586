"""Scoring in a worker: what was judged in the lane of assessments is scored beside the judging.

The libraries behind it are large. They are loaded when the first assessment is there to be scored, in a
thread, and judging goes on meanwhile.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
import secrets
import time
from typing import TYPE_CHECKING

from assay.assessments.ports import RecordedScore, ScoringLease
from assay.assessments.scoring_loop import LEASE_SECONDS, POLL_SECONDS, Loop
from assay.domain.events import Progress
from assay.domain.judgement import Judgement
from assay.domain.problem import Problem
from assay.errors import UnknownRubric, UsageError
from assay.judging.ports import Room
from assay.operate.lasting import going_on
from assay.queue.ports import Lease
from assay.settings import DEFAULT_ROLE, DEFAULT_RUBRIC, Settings
from assay.verdicts.ports import VerdictStore
from assay.wiring.backend import Backend
from assay.wiring.metrics import scoring_journal
from assay.wiring.workshop import Workshop

if TYPE_CHECKING:
    from assay.analysis import Analyser
    from assay.assessments.looking import LooksAtText
    from assay.assessments.reference_costs import ReferenceCosts
    from assay.assessments.score_submission import Office
    from assay.assessments.tracing.measuring import Input
    from assay.domain.finding import Analysis
    from assay.domain.rubric import Rubric

PROBLEMS_REMEMBERED = 64  # the sizes of whose inputs are kept: some bytes a test


class NudgingVerdicts:
    """The `VerdictStore` port; whoever scores hears of each judgement."""

    def __init__(self, store: VerdictStore, nudge: Callable[[], None]) -> None:
        self._store = store
        self._nudge = nudge

    async def progress(self, lease: Lease, progress: Progress) -> bool:
        return await self._store.progress(lease, progress)

    async def finish(self, lease: Lease, judgement: Judgement) -> bool:
        finished = await self._store.finish(lease, judgement)
        self._nudge()
        return finished


class InTurn:
    """Looks at one text at a time. Who waited for the parser held a thread, and judging needs threads."""

    def __init__(self, analyser: "LooksAtText") -> None:
        self._analyser = analyser
        self._turn = asyncio.Lock()

    async def analysed(self, source: bytes, *, language: str | None, path: str) -> "Analysis":
        async with self._turn:
            return await self._analyser.analysed(source, language=language, path=path)


@asynccontextmanager
async def scoring(
    settings: Settings, backend: Backend, workshop: Workshop, room: Room, *, worker_id: str
) -> AsyncIterator[VerdictStore]:
    """Score for as long as the block lasts. Judgements go through the store that this yields."""
    from assay.analysis import Analyser  # noqa: PLC0415 - it starts nothing before it is used

    with Analyser() as analyser:
        offices = _Offices(settings, backend, workshop, room, analyser)
        loop = Loop(
            store=backend.scores,
            score=offices.score,
            journal=scoring_journal(worker_id),
            new_token=lambda: secrets.token_hex(16),
            chance=secrets.SystemRandom().random,
            elapsed=time.monotonic,
            nudged=asyncio.Event(),
            lease_seconds=LEASE_SECONDS,
            poll_seconds=POLL_SECONDS,
        )
        try:
            async with going_on(loop.run, name="scoring"):
                yield NudgingVerdicts(backend.verdicts, loop.nudge)
        finally:
            await offices.close()


def check_rubric(settings: Settings) -> None:
    """At the start, not when the first assessment waits for it. Raises `UsageError` and `RubricInvalid`."""
    if (settings.rubric, settings.role) != (DEFAULT_RUBRIC, DEFAULT_ROLE):
        rubric_and_role(settings)


class _Offices:
    """The office that submissions are scored in, opened for the first of them."""

    def __init__(
        self, settings: Settings, backend: Backend, workshop: Workshop, room: Room, analyser: "Analyser"
    ) -> None:
        self._settings = settings
        self._backend = backend
        self._workshop = workshop
        self._room = room
        self._analyser = analyser
        self._opening = asyncio.Lock()
        self._office: Office | None = None
        self._costs: ReferenceCosts | None = None
        self._inputs: OrderedDict[str, Mapping[str, Input]] = OrderedDict()

    async def score(self, lease: ScoringLease) -> RecordedScore | None:
        """See `score_submission`."""
        async with self._opening:
            if self._office is None:
                self._office = await asyncio.to_thread(self._open)
        from assay.assessments.score_submission import score_submission  # noqa: PLC0415

        return await score_submission(lease, self._office)

    async def close(self) -> None:
        """End what goes on beside the scores."""
        if self._costs is not None:
            await self._costs.close()

    def _open(self) -> "Office":
        from assay.assessments.reference_costs import ReferenceCosts  # noqa: PLC0415
        from assay.assessments.score_submission import Office  # noqa: PLC0415
        from assay.assessments.scoring import shipped_precision  # noqa: PLC0415
        from assay.wiring.evidence import registry_of  # noqa: PLC0415
        from assay.wiring.model_solution import model_judge_in  # noqa: PLC0415

        rubric, role = rubric_and_role(self._settings)
        self._costs = ReferenceCosts(
            model_judge_in(self._workshop, self._room),
            host_class=self._workshop.place.host.host_class,
            seconds=time.monotonic,
        )
        return Office(
            store=self._backend.scores,
            submissions=self._backend.reader,
            problems=self._backend.problems,
            analyser=InTurn(self._analyser),
            inputs=self._inputs_of,
            references=self._costs.of,
            desk=registry_of(self._settings, self._backend).desk,
            rubric=rubric,
            role=role,
            precision=shipped_precision(),
        )

    async def _inputs_of(self, problem: Problem) -> "Mapping[str, Input]":
        """Looked at once for each version of a problem."""
        from assay.assessments.tracing import look_at_inputs  # noqa: PLC0415

        found = self._inputs.get(problem.version)
        if found is None:
            async with self._workshop.data.of(problem) as data:
                found = await asyncio.to_thread(look_at_inputs, problem, data)
            self._inputs[problem.version] = found
            if len(self._inputs) > PROBLEMS_REMEMBERED:
                self._inputs.popitem(last=False)
        return found


def rubric_and_role(settings: Settings) -> "tuple[Rubric, str]":
    """Raises `UsageError` and `RubricInvalid`."""
    from assay.assessments.rubrics import parse_rubric, shipped_rubric  # noqa: PLC0415

    path = settings.rubric_file
    try:
        rubric = (
            shipped_rubric(settings.rubric)
            if path is None
            else parse_rubric(path.read_text(encoding="utf-8"), path=str(path))
        )
    except UnknownRubric as error:
        raise UsageError(f"ASSAY_RUBRIC: {error.message}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"ASSAY_RUBRIC: {path} cannot be read: {error}") from error
    if rubric.role(settings.role) is None:
        known = ", ".join(each.id for each in rubric.roles)
        raise UsageError(f"ASSAY_ROLE: {rubric.name} has no role {settings.role!r}; it has {known}")
    return rubric, settings.role
