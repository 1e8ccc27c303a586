"""Scoring what a house has judged, for a command: its records opened, and nothing that runs programs."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from assay.adapters.local.clock import SystemClock
from assay.domain.problem import Problem
from assay.settings import Settings
from assay.wiring.backends import open_backend
from assay.wiring.blobs import open_test_data
from assay.wiring.scoring import rubric_and_role

if TYPE_CHECKING:
    from assay.assessments.score_again import Records
    from assay.assessments.tracing.measuring import Input


@asynccontextmanager
async def open_records(settings: Settings) -> "AsyncIterator[Records]":
    """Of a database whose schema is brought up to date first. Raises `Unavailable`, `UsageError` and
    `RubricInvalid`."""
    from assay.analysis import Analyser  # noqa: PLC0415 - large, and no other command needs it
    from assay.assessments.score_again import Records  # noqa: PLC0415
    from assay.assessments.scoring import shipped_precision  # noqa: PLC0415
    from assay.assessments.tracing import look_at_inputs  # noqa: PLC0415

    rubric, role = rubric_and_role(settings)
    with open_test_data(settings) as data, Analyser() as analyser:

        async def inputs(problem: Problem) -> "Mapping[str, Input]":
            async with data.of(problem) as store:
                return await asyncio.to_thread(look_at_inputs, problem, store)

        async with open_backend(settings, SystemClock()) as backend:
            yield Records(
                submissions=backend.reader,
                problems=backend.problems,
                log=backend.evidence,
                analyser=analyser,
                inputs=inputs,
                rubric=rubric,
                role=role,
                precision=shipped_precision(),
            )
