"""Sealing a score into evidence, writing it out as a file, and erasing whom it is about.

Parts may be some MiB. They are spelled out in threads: an event loop has others to serve meanwhile.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assay.assessments.evidence.canonical import canonical
from assay.assessments.evidence.file import Proven, write_file
from assay.assessments.evidence.ports import EvidenceLog, NewEntry
from assay.assessments.evidence.signatures import Purpose, Signer
from assay.assessments.evidence.statement import (
    Document,
    assessment_statement,
    erasure_statement,
    key_statement,
    stored,
)
from assay.assessments.evidence.succession import leading_to
from assay.domain.clock import Clock
from assay.domain.evidence import Candidate, Entry, EntryKind, Part, StoredPart
from assay.domain.identity import NewId
from assay.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What sealing works with. `random_bytes` gives as many as it is asked for, from the system's source."""

    log: EvidenceLog
    signer: Signer
    clock: Clock
    new_id: NewId
    random_bytes: Callable[[int], bytes]


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """An entry with what it commits to, ready to be recorded."""

    entry: NewEntry
    parts: tuple[StoredPart, ...]


async def seal(parts: Mapping[Part, object], desk: Desk, *, person_salt: bytes) -> Sealed:
    """Commit to all parts of a score, and sign. Nothing is recorded.

    Raises `Unavailable`, and `ValueError` for a part that is not JSON, which is a bug of ours.
    """
    identity, at = desk.new_id(), desk.clock.now()

    def commit() -> Sealed:
        kept = stored(parts, evidence_id=identity, person_salt=person_salt)
        statement = assessment_statement(identity, kept, at=at)
        entry = _signed(EntryKind.ASSESSMENT, identity, statement, desk.signer, at=at)
        return Sealed(entry=entry, parts=kept)

    return await asyncio.to_thread(commit)


async def export(submission_id: str, log: EvidenceLog) -> bytes:
    """The evidence file of a submission's newest score. Raises `NotFound` and `Unavailable`."""
    entry = await log.entry_of_submission(submission_id)
    if entry is None:
        raise NotFound(f"there is no evidence for the submission {submission_id}: it is not scored")
    return await file_of(entry, log)


async def file_of(entry: Entry, log: EvidenceLog) -> bytes:
    """The evidence file of an assessment. Raises `Unavailable`."""
    provenance = await log.provenance(entry.id)
    erasure = None
    if provenance is not None and provenance.erased_by is not None:
        erasure = await log.entry(provenance.erased_by)
    proven = [await _proven(each, log) for each in (entry, erasure) if each is not None]
    keys = await log.keys()
    return await asyncio.to_thread(
        write_file,
        proven[0],
        await log.parts(entry.id),
        proven[1] if len(proven) > 1 else None,
        keys,
        # The first key of a log with one key follows nobody's, which saves looking for who named it.
        leading_to(_signers(proven), await log.successions()) if len(keys) > 1 else [],
    )


def _signers(proven: Sequence[Proven]) -> set[str]:
    return {
        signature.key_id
        for each in proven
        for signature in (each.entry.signature, each.inclusion.head.signature)
    }


async def erase(candidate: Candidate, desk: Desk) -> Entry | None:
    """Destroy what is kept of a person, and have the log say so. None when nothing is known of them.

    Raises `Unavailable`; then nothing is erased.
    """
    identity, at = desk.new_id(), desk.clock.now()

    def write(entries: Sequence[str]) -> NewEntry:
        statement = erasure_statement(identity, entries, at=at)
        return _signed(EntryKind.ERASURE, identity, statement, desk.signer, at=at)

    return await desk.log.erase(candidate, writes=write, signer=desk.signer)


async def hand_over(desk: Desk, successor: Signer) -> Entry:
    """Have the log say, signed by the key until now, that another one follows. Raises `Unavailable`."""
    identity, at = desk.new_id(), desk.clock.now()
    statement = key_statement(identity, public_key=successor.public_key, follows=desk.signer.key_id, at=at)
    entry = _signed(EntryKind.KEY, identity, statement, desk.signer, at=at)
    return await desk.log.append(entry, signer=desk.signer)


async def _proven(entry: Entry, log: EvidenceLog) -> Proven:
    head = await log.head()
    if head is None:
        raise NotFound("the log of evidence is empty")
    return Proven(entry=entry, inclusion=await log.inclusion(entry.index, head))


def _signed(kind: EntryKind, identity: str, statement: Document, signer: Signer, *, at: datetime) -> NewEntry:
    content = canonical(statement)
    return NewEntry(
        id=identity,
        kind=kind,
        statement=content,
        signature=signer.sign(Purpose.STATEMENT, content),
        at=at,
    )
