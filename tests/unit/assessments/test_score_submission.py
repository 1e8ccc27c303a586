"""Scoring one submission: what takes time is done beside the event loop, which judges meanwhile."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
import threading

import pytest

from assay.assessments.evidence.sealing import Desk, export
from assay.assessments.evidence.signatures import Purpose, Signer
from assay.assessments.ports import ScoringLease
from assay.assessments.rubrics import shipped_rubric
from assay.assessments.score_submission import Office, score_submission
from assay.assessments.scoring import RulePrecision
from assay.assessments.tracing.measuring import Input
from assay.domain.evidence import Signature
from assay.domain.finding import Analysis
from assay.domain.problem import Problem
from tests.contract.evidence.places import LEASE_SECONDS, Registry, memory_registry
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


def office_of(registry: Registry, *, desk: Desk, precision: Mapping[str, RulePrecision]) -> Office:
    return Office(
        store=registry.scores,
        submissions=registry.house.reader,
        problems=registry.house.problems,
        analyser=Parser(),
        inputs=inputs,
        desk=lambda: desk,
        rubric=shipped_rubric("default@1"),
        role="generalist",
        precision=precision,
    )


async def test_what_another_worker_recorded_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    async with memory_registry() as registry:
        salt_of = registry.scores.person_salt

        async def then_lost(lease: ScoringLease, person: str, *, fresh: bytes) -> bytes | None:
            monkeypatch.undo()
            salt = await salt_of(lease, person, fresh=fresh)
            registry.clock.pass_seconds(LEASE_SECONDS + 1)
            (quicker,) = await registry.claim(token="quicker")
            new = await registry.sealed(quicker)
            assert await registry.scores.record(quicker, new, signer=registry.signer)
            return salt

        await registry.judged()
        (lease,) = await registry.claim(token="slow")
        monkeypatch.setattr(registry.scores, "person_salt", then_lost)
        assert await score_submission(lease, office_of(registry, desk=registry.desk, precision={})) is None
        state = await registry.scores.state("s1")
        assert state is not None
        assert state.score is not None


async def test_points_are_counted_and_the_statement_made_outside_of_the_event_loop() -> None:
    scoring: set[int] = set()
    sealing: set[int] = set()
    async with memory_registry() as registry:
        await registry.judged()
        (lease,) = await registry.claim()
        desk = replace(registry.desk, signer=Noting(registry.signer, sealing))
        office = office_of(registry, desk=desk, precision=Precision(scoring))
        recorded = await score_submission(lease, office)
        assert recorded is not None
        assert await export("s1", registry.log)
    ours = threading.get_ident()
    assert scoring, "a rule's precision was asked for"
    assert sealing, "the statement was signed"
    assert ours not in scoring | sealing
