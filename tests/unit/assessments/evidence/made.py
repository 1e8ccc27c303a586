"""An evidence file of a log with a few entries, made by the fake."""

import asyncio
from typing import Any

from assay.assessments.evidence.canonical import read_json
from assay.assessments.evidence.sealing import erase, export, hand_over
from assay.assessments.evidence.signing import KeySigner, new_signer
from assay.domain.evidence import Candidate
from tests.contract.evidence.places import Registry, memory_registry

ENTRIES = 5
OURS = "s2"


async def _fill(
    *, erased: bool, log: str, signer: KeySigner | None, rotations: int
) -> tuple[bytes, Registry]:
    async with memory_registry(name=log) as registry:
        registry.signer = signer or registry.signer
        for _ in range(rotations):
            following = new_signer()
            await hand_over(registry.desk, following)
            registry.signer = following
        for number in range(ENTRIES):
            await registry.scored(f"s{number}", user_id=f"u{number}")
        if erased:
            candidate = Candidate(tenant=None, user_id=f"u{OURS[1:]}", submission_id=OURS)
            assert await erase(candidate, registry.desk) is not None
        return await export(OURS, registry.log), registry


def evidence_file(
    *, erased: bool = False, log: str = "in memory", signer: KeySigner | None = None, rotations: int = 0
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The third of five scores' file as a document, and the public keys of its log, the first one first.

    Before the scores the key is replaced as often as `rotations` says.
    """
    content, registry = asyncio.run(_fill(erased=erased, log=log, signer=signer, rotations=rotations))
    return read_json(content), asyncio.run(_keys(registry))


async def _keys(registry: Registry) -> dict[str, bytes]:
    return dict(await registry.log.keys())
