"""The log of evidence and the scores of a house, from settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import os

from assay.adapters.disk.evidence_key import EvidenceKey
from assay.adapters.local.clock import SystemClock, identities
from assay.assessments.evidence.ports import EvidenceLog
from assay.assessments.evidence.sealing import Desk
from assay.assessments.evidence.signatures import Signer
from assay.assessments.ports import ScoreStore
from assay.settings import Settings
from assay.wiring.backend import Backend
from assay.wiring.backends import open_backend


@dataclass(frozen=True, kw_only=True)
class Registry:
    """What commands about evidence work with."""

    log: EvidenceLog
    scores: ScoreStore
    key: EvidenceKey
    backend: Backend

    def desk(self, signer: Signer | None = None) -> Desk:
        """To seal with the key as it is now, or another signer. Raises `Unavailable` and `UsageError`."""
        clock = self.backend.clock
        return Desk(
            log=self.log,
            signer=self.key.signer() if signer is None else signer,
            clock=clock,
            new_id=identities(clock, os.urandom),
            random_bytes=os.urandom,
        )


@asynccontextmanager
async def open_registry(settings: Settings) -> AsyncIterator[Registry]:
    """Of a database whose schema is brought up to date first. Raises `Unavailable`."""
    async with open_backend(settings, SystemClock()) as backend:
        yield registry_of(settings, backend)


def registry_of(settings: Settings, backend: Backend) -> Registry:
    return Registry(
        log=backend.evidence, scores=backend.scores, key=EvidenceKey(settings.data_dir), backend=backend
    )
