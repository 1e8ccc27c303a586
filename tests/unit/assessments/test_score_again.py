"""What a server has judged is scored again as it was scored there, and nothing is run for it."""

from collections.abc import Mapping
from dataclasses import replace
import json
from typing import Any

import pytest

from assay.assessments.evidence.sealing import erase
from assay.assessments.rubrics import shipped_rubric
from assay.assessments.score_again import Records, judged_assessment
from assay.assessments.score_submission import Office, score_submission
from assay.assessments.tracing.measuring import Input
from assay.domain.evidence import Candidate
from assay.domain.finding import Analysis
from assay.domain.lane import Lane
from assay.domain.problem import Problem
from assay.errors import NotFound
from assay.queue.ports import Place
from tests.contract.evidence.places import Registry, memory_registry
from tests.unit.assessments.programs import analysis, finding

PRACTICE = Place(lane=Lane.PRACTICE)


class Parser:
    """Each text has as many findings of a rule as the parser was told."""

    def __init__(self, count: int) -> None:
        self._count = count

    async def analysed(self, source: bytes, *, language: str | None, path: str) -> Analysis:
        found = [finding("bare_except", "error_handling", line=line) for line in range(1, self._count + 1)]
        return analysis(found, language=language)


async def inputs(problem: Problem) -> Mapping[str, Input]:
    return {}


def records(registry: Registry, *, findings: int = 1) -> Records:
    return Records(
        submissions=registry.house.reader,
        problems=registry.house.problems,
        log=registry.log,
        analyser=Parser(findings),
        inputs=inputs,
        rubric=shipped_rubric("default@1"),
        role="backend",
        precision={},
    )


async def scored(registry: Registry) -> dict[str, Any]:
    """The submission's score, as a server records it."""
    (lease,) = await registry.claim()
    office = Office(
        store=registry.scores,
        submissions=registry.house.reader,
        problems=registry.house.problems,
        analyser=Parser(1),
        inputs=inputs,
        desk=lambda: registry.desk,
        rubric=shipped_rubric("default@1"),
        role="backend",
        precision={},
    )
    recorded = await score_submission(lease, office)
    assert recorded is not None
    document: dict[str, Any] = json.loads(recorded.document)
    return document


async def test_a_recorded_assessment_has_the_servers_score_whatever_would_be_found_now() -> None:
    async with memory_registry() as registry:
        await registry.judged()
        document = await scored(registry)
        judged = await judged_assessment("s1", records(registry, findings=7))
        assert judged.is_recorded
        assert judged.assessment.scored() == document
        other = replace(judged.assessment, rubric=shipped_rubric("classic@1"))
        assert other.scored()["rubric"] == "classic@1"


async def test_what_no_server_scores_is_scored_as_a_server_would() -> None:
    async with memory_registry() as registry:
        await registry.judged("s1")
        document = await scored(registry)
        await registry.judged("s2", place=PRACTICE)
        judged = await judged_assessment("s2", records(registry))
        assert not judged.is_recorded
        assert judged.assessment.scored() == document
        worse = await judged_assessment("s2", records(registry, findings=7))
        assert worse.assessment.scored()["total"] < document["total"]


async def test_of_an_erased_person_nothing_is_scored_again() -> None:
    async with memory_registry() as registry:
        await registry.judged()
        await scored(registry)
        assert await erase(Candidate(tenant=None, user_id="u1", submission_id="s1"), registry.desk)
        with pytest.raises(NotFound, match="erased"):
            await judged_assessment("s1", records(registry))


async def test_what_is_not_judged_has_no_score() -> None:
    async with memory_registry() as registry:
        with pytest.raises(NotFound, match="no submission s1"):
            await judged_assessment("s1", records(registry))
        await registry.house.submit("s1")
        with pytest.raises(NotFound, match="not judged yet: it is queued"):
            await judged_assessment("s1", records(registry))
