"""Scoring one submission: what takes time is done beside the event loop, which judges meanwhile."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
import threading

from assay.assessments.evidence.sealing import export
from assay.assessments.evidence.signatures import Purpose, Signer
from assay.assessments.rubrics import shipped_rubric
from assay.assessments.score_submission import Office, score_submission
from assay.assessments.scoring import RulePrecision
from assay.assessments.tracing.measuring import Input
from assay.domain.evidence import Signature
from assay.domain.finding import Analysis
from assay.domain.problem import Problem
from tests.contract.evidence.places import memory_registry
from tests.unit.assessments.programs import analysis, finding


class Precision(Mapping[str, RulePrecision]):
    """Of no rule; notes the threads that asked."""

    def __init__(self, threads: set[int]) -> None:
        self._threads = threads

    def __getitem__(self, rule: str) -> RulePrecision:
        self._threads.add(threading.get_ident())
        raise KeyError(rule)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Noting:
    """A signer that notes who had the statement made."""

    def __init__(self, signer: Signer, threads: set[int]) -> None:
        self._signer = signer
        self._threads = threads
        self.public_key = signer.public_key
        self.key_id = signer.key_id

    def sign(self, purpose: Purpose, message: bytes) -> Signature:
        if purpose is Purpose.STATEMENT:
            self._threads.add(threading.get_ident())
        return self._signer.sign(purpose, message)


class Parser:
    async def analysed(self, source: bytes, *, language: str | None, path: str) -> Analysis:
        return analysis([finding("bare_except", "error_handling")], language=language)


async def inputs(problem: Problem) -> Mapping[str, Input]:
    return {}


async def test_points_are_counted_and_the_statement_made_outside_of_the_event_loop() -> None:
    scoring: set[int] = set()
    sealing: set[int] = set()
    async with memory_registry() as registry:
        await registry.judged()
        (lease,) = await registry.claim()
        desk = replace(registry.desk, signer=Noting(registry.signer, sealing))
        office = Office(
            store=registry.scores,
            submissions=registry.house.reader,
            problems=registry.house.problems,
            analyser=Parser(),
            inputs=inputs,
            desk=lambda: desk,
            rubric=shipped_rubric("default@1"),
            role="generalist",
            precision=Precision(scoring),
        )
        recorded = await score_submission(lease, office)
        assert recorded is not None
        assert await export("s1", registry.log)
    ours = threading.get_ident()
    assert scoring, "a rule's precision was asked for"
    assert sealing, "the statement was signed"
    assert ours not in scoring | sealing
