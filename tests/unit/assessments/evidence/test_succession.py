"""With the first public key alone a file verifies whose key is a later one; nobody else's key gets in."""

from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from assay.adapters.memory.evidence import MemoryEvidenceLog
from assay.assessments.evidence.audit import audit, compare
from assay.assessments.evidence.canonical import canonical
from assay.assessments.evidence.file import read_file
from assay.assessments.evidence.sealing import hand_over
from assay.assessments.evidence.signatures import Purpose, head_document, to_text
from assay.assessments.evidence.signing import KeySigner, new_signer
from assay.assessments.evidence.statement import key_statement
from assay.assessments.evidence.verify import Report, verify
from tests.contract.evidence.places import Registry, memory_registry
from tests.unit.assessments.evidence.made import evidence_file
from tests.unit.assessments.evidence.test_verify import flip, signed_again

Document = dict[str, Any]
FIRST = new_signer()
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def rotated() -> Document:
    """Signed by the third key."""
    return evidence_file(signer=FIRST, rotations=2)[0]


def look(document: Document, *trusted: KeySigner) -> Report:
    keys = {each.key_id: each.public_key for each in trusted}
    return verify(read_file(canonical(document)), keys or None)


def broken_link(document: Document, *trusted: KeySigner) -> str | None:
    broken = look(document, *trusted).broken
    return None if broken is None else broken.name


def test_the_first_key_is_enough(rotated: Document) -> None:
    report = look(rotated, FIRST)
    assert report.broken is None
    assert report.is_trusted
    assert len(report.followed) == 2
    assert report.followed[1] == rotated["signature"]["key_id"]
    assert [link.name for link in report.links][:4] == ["keys", "successor 1", "successor 2", "signature"]


def test_a_stranger_s_key_is_not(rotated: Document) -> None:
    assert broken_link(rotated, new_signer()) == "signature"


def test_without_succession_the_first_key_is_not_enough(rotated: Document) -> None:
    for number in (0, 1):
        document = deepcopy(rotated)
        del document["successors"][number]
        assert broken_link(document, FIRST) == "signature"
    document = deepcopy(rotated)
    del document["successors"]
    assert broken_link(document, FIRST) == "signature"
    assert broken_link(document) is None, "by its own word it is whole"


def test_every_text_of_a_succession_is_guarded(rotated: Document) -> None:
    for number, each in enumerate(rotated["successors"]):
        for place, fields in each.items():
            for name in fields:
                document = deepcopy(rotated)
                part = document["successors"][number][place]
                part[name] = flip(part[name])
                assert broken_link(document, FIRST) == f"successor {number + 1}", (place, name)


def succession(signer: KeySigner, public_key: bytes, *, follows: str) -> Document:
    statement = key_statement("e9", public_key=public_key, follows=follows, at=MOMENT)
    signature = signer.sign(Purpose.STATEMENT, canonical(statement))
    return {
        "statement": statement,
        "signature": {"key_id": signature.key_id, "value": to_text(signature.value)},
    }


def test_nobody_names_themselves_as_a_successor(rotated: Document) -> None:
    thief = new_signer()
    forged = signed_again(deepcopy(rotated), thief)
    for follows in (FIRST.key_id, thief.key_id):
        forged["successors"] = [succession(thief, thief.public_key, follows=follows)]
        assert broken_link(forged, FIRST) in ("successor 1", "signature")
    forged["successors"] = [succession(thief, thief.public_key, follows=FIRST.key_id)]
    forged["successors"][0]["signature"]["key_id"] = FIRST.key_id
    assert broken_link(forged, FIRST) == "successor 1"
    forged["successors"] = rotated["successors"]
    assert broken_link(forged, FIRST) == "signature", "they are others' successors"


def test_another_statement_of_a_trusted_key_names_no_successor(rotated: Document) -> None:
    thief = new_signer()
    forged = signed_again(deepcopy(rotated), thief)
    for changed in ({"kind": "erasure"}, {"public_key": "AAAA"}, {"public_key": 1}, {"format": "x"}):
        said = succession(FIRST, thief.public_key, follows=FIRST.key_id)
        statement = {**said["statement"], **changed}
        signature = FIRST.sign(Purpose.STATEMENT, canonical(statement))
        said = {
            "statement": statement,
            "signature": {"key_id": signature.key_id, "value": to_text(signature.value)},
        }
        assert broken_link({**forged, "successors": [said]}, FIRST) == "successor 1"


@pytest.fixture
async def registry() -> AsyncIterator[Registry]:
    """A log of two keys."""
    async with memory_registry() as registry:
        registry.signer = FIRST
        await registry.scored("s0")
        following = new_signer()
        await hand_over(registry.desk, following)
        registry.signer = following
        await registry.scored("s1")
        yield registry


def forge(registry: Registry) -> None:
    """As somebody who has the database: another statement, signed by a key that they put there, too."""
    log = registry.log
    assert isinstance(log, MemoryEvidenceLog)
    thief = new_signer()
    log._keys[thief.key_id] = thief.public_key
    kept = log._kept[-1]
    kept.entry = replace(kept.entry, signature=thief.sign(Purpose.STATEMENT, kept.entry.statement))
    signed = log._heads[len(log._kept)]
    message = canonical(head_document(signed.head))
    log._heads[len(log._kept)] = replace(signed, signature=thief.sign(Purpose.TREE_HEAD, message))


async def test_a_log_is_looked_over_with_the_first_key_alone(registry: Registry) -> None:
    first = {FIRST.key_id: FIRST.public_key}
    assert await audit(registry.log, first) == []
    kept = await registry.log.head_of(1)
    assert kept is not None
    assert await compare(kept, registry.log, first) == []


async def test_a_key_that_somebody_put_into_the_database_is_not_believed(registry: Registry) -> None:
    first = {FIRST.key_id: FIRST.public_key}
    kept = await registry.log.head_of(1)
    assert kept is not None
    forge(registry)
    assert await audit(registry.log) == [], "by its own keys it is as it has to be"
    faults = await audit(registry.log, first)
    assert "entry 2 was signed by the key" in faults[0]
    assert "none of those trusted" in faults[0]
    assert faults[1] == "the head of 3 entries is not what was signed"
    assert await compare(kept, registry.log) == []
    assert await compare(kept, registry.log, first) == ["the newest head was not signed by a trusted key"]
    other = new_signer()
    assert await compare(kept, registry.log, {other.key_id: other.public_key}) == [
        "the head from before was not signed by a trusted key"
    ]


async def test_a_succession_that_is_damaged_in_the_database_is_a_fault_and_no_crash(
    registry: Registry,
) -> None:
    log = registry.log
    assert isinstance(log, MemoryEvidenceLog)
    kept = log._kept[1]
    kept.entry = replace(kept.entry, statement=kept.entry.statement[:-1])
    faults = await audit(log, {FIRST.key_id: FIRST.public_key})
    assert faults[0] == "entry 1 is not what was signed"
    assert any("none of those trusted" in fault for fault in faults)
