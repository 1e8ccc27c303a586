"""Looking a log over finds what was changed in it: an entry, a node, a head, a part kept beside it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from assay.adapters.memory.evidence import MemoryEvidenceLog
from assay.assessments.evidence.audit import audit
from assay.assessments.evidence.sealing import erase
from assay.domain.evidence import Candidate, Part
from tests.contract.evidence.places import Registry, memory_registry

ENTRIES = 6
TOUCHED = 3


@pytest.fixture
async def registry() -> AsyncIterator[Registry]:
    async with memory_registry() as registry:
        for number in range(ENTRIES):
            await registry.scored(f"s{number}", user_id=f"u{number}")
        yield registry


def log_of(registry: Registry) -> MemoryEvidenceLog:
    assert isinstance(registry.log, MemoryEvidenceLog)
    return registry.log


async def test_a_log_as_it_has_to_be_has_no_faults_also_after_an_erasure(registry: Registry) -> None:
    assert await audit(registry.log) == []
    candidate = Candidate(tenant=None, user_id="u2", submission_id="")
    assert await erase(candidate, registry.desk) is not None
    assert await audit(registry.log) == []


def statement(log: MemoryEvidenceLog) -> None:
    kept = log._kept[TOUCHED]
    kept.entry = replace(kept.entry, statement=kept.entry.statement[:-1])


def head(log: MemoryEvidenceLog) -> None:
    signed = log._heads[TOUCHED]
    log._heads[TOUCHED] = replace(signed, head=replace(signed.head, timeline=2))


def node(log: MemoryEvidenceLog) -> None:
    log._nodes[1, 1] = bytes(32)


def lost_node(log: MemoryEvidenceLog) -> None:
    del log._nodes[0, TOUCHED]


def content(log: MemoryEvidenceLog) -> None:
    kept = log._kept[TOUCHED]
    kept.parts = tuple(
        replace(part, content=part.content.replace(b"71.5", b"99.5")) if part.part is Part.SCORE else part
        for part in kept.parts
    )


def lost_part(log: MemoryEvidenceLog) -> None:
    kept = log._kept[TOUCHED]
    kept.parts = tuple(part for part in kept.parts if part.part is not Part.SOURCE)


@pytest.mark.parametrize(
    ("touch", "fault"),
    [
        (statement, "entry 3 is not what was signed"),
        (head, "the head of 3 entries is not what was signed"),
        (node, "the nodes kept do not lead from entry 0 to the newest root"),
        (lost_node, "a node is missing on the way of entry 2"),
        (content, "entry 3: its part score is not what it commits to"),
        (lost_part, "entry 3: its part source is missing, and nobody erased it"),
    ],
    ids=lambda each: each.__name__ if callable(each) else "",
)
async def test_what_was_touched_is_found(
    registry: Registry, touch: Callable[[MemoryEvidenceLog], None], fault: str
) -> None:
    touch(log_of(registry))
    assert fault in await audit(registry.log)
