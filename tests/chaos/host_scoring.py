"""A worker's scoring in the matrices: as it really is, but that nobody looks at texts and tests' inputs."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
import secrets
import time

from assay.adapters.local.scoring_journal import LogScoringJournal
from assay.assessments.ports import RecordedScore, ScoringLease
from assay.assessments.rubrics import shipped_rubric
from assay.assessments.score_submission import Office, score_submission
from assay.assessments.scoring_loop import Loop
from assay.assessments.tracing.measuring import Input
from assay.domain.finding import Analysis
from assay.domain.problem import Problem
from assay.errors import NotScorable
from assay.operate.lasting import going_on
from assay.settings import Settings
from assay.verdicts.ports import VerdictStore
from assay.wiring.backend import Backend
from assay.wiring.evidence import registry_of
from assay.wiring.scoring import NudgingVerdicts
from tests.chaos.kinds import kind_of

POLL_SECONDS = 0.2
WEIGHED_SECONDS = 4.0  # longer than a worker that is told to stop takes to leave its broker
ON_PURPOSE = "not scored, on purpose"


class NothingToSay:
    """Of any text."""

    async def analysed(self, source: bytes, *, language: str | None, path: str) -> Analysis:
        return Analysis(
            language=language, findings=(), metrics={}, parsed=False, why_not=ON_PURPOSE, versions={}
        )


class ScoreByTheFirstLine:
    """See kinds.py."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def __call__(self, lease: ScoringLease) -> RecordedScore | None:
        state = await self._office.submissions.submission(lease.submission_id)
        assert state is not None
        kind = kind_of(state.submission.files[0].content)
        if kind == "weighed" and lease.attempt == 1:
            await asyncio.sleep(WEIGHED_SECONDS)
        if kind == "flawed" and lease.attempt == 1:
            raise RuntimeError(ON_PURPOSE)
        if kind == "unscorable":
            raise NotScorable(ON_PURPOSE)
        return await score_submission(lease, self._office)


@asynccontextmanager
async def scoring(settings: Settings, backend: Backend, worker_id: str) -> AsyncIterator[VerdictStore]:
    """Score for as long as the block lasts. Judgements go through the store that this yields."""
    registry = registry_of(settings, backend)
    registry.desk()  # the key is made before any disk is full
    office = Office(
        store=backend.scores,
        submissions=backend.reader,
        problems=backend.problems,
        analyser=NothingToSay(),
        inputs=_no_inputs,
        desk=registry.desk,
        rubric=shipped_rubric("default@1"),
        role="generalist",
        precision={},
    )
    loop = Loop(
        store=backend.scores,
        score=ScoreByTheFirstLine(office),
        journal=LogScoringJournal(worker_id),
        new_token=lambda: f"{worker_id}/{secrets.token_hex()}",
        chance=lambda: 0.5,  # an engine that is away does not take all tries at once
        elapsed=time.monotonic,
        nudged=asyncio.Event(),
        lease_seconds=settings.lease_seconds,
        poll_seconds=POLL_SECONDS,
    )
    async with going_on(loop.run, name="scoring"):
        yield NudgingVerdicts(backend.verdicts, loop.nudge)


async def _no_inputs(problem: Problem) -> Mapping[str, Input]:
    return {}
