"""The evidence log and the scores in memory: what migration 0012 holds, as dictionaries.

Everything happens between two awaits of one event loop, so every method is a transaction by itself.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assay.assessments.evidence.canonical import canonical
from assay.assessments.evidence.merkle import (
    Address,
    appended,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root,
)
from assay.assessments.evidence.ports import NewEntry, Provenance, WritesErasure
from assay.assessments.evidence.signatures import Purpose, Signer, head_document, key_id_of
from assay.domain.clock import Clock
from assay.domain.evidence import Candidate, Entry, EntryKind, Inclusion, SignedHead, StoredPart, TreeHead

TIMELINE = 1  # memory never goes back


@dataclass
class _Kept:
    entry: Entry
    provenance: Provenance | None
    person: str | None
    parts: tuple[StoredPart, ...]


EndsScoring = Callable[[str], Awaitable[bool]]
"""Ends what waits to be scored of a person; whether anything did. For the store of scores."""


async def _nothing_waits(person: str) -> bool:
    return False


class MemoryEvidenceLog:
    """The `EvidenceLog` port. `log`: the installation's identity."""

    def __init__(self, *, log: str, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._kept: list[_Kept] = []
        self._nodes: dict[Address, bytes] = {}
        self._heads: dict[int, SignedHead] = {}
        self._keys: dict[str, bytes] = {}
        self.salts: dict[str, bytes] = {}
        self.ends_scoring: EndsScoring = _nothing_waits

    async def append(self, entry: NewEntry, *, signer: Signer) -> Entry:
        return self.add(entry, signer=signer, provenance=None, person=None, parts=())

    def add(
        self,
        new: NewEntry,
        *,
        signer: Signer,
        provenance: Provenance | None,
        person: str | None,
        parts: tuple[StoredPart, ...],
    ) -> Entry:
        """Append an entry with all that is kept beside it."""
        size = len(self._kept)
        self._nodes |= appended(leaf_hash(new.statement), size, self._nodes)
        entry = Entry(
            index=size,
            id=new.id,
            kind=new.kind,
            statement=new.statement,
            signature=new.signature,
            at=new.at,
        )
        self._kept.append(_Kept(entry=entry, provenance=provenance, person=person, parts=parts))
        head = TreeHead(
            log=self._log,
            timeline=TIMELINE,
            tree_size=size + 1,
            root_hash=root(size + 1, self._nodes),
            at=self._clock.now(),
        )
        signature = signer.sign(Purpose.TREE_HEAD, canonical(head_document(head)))
        self._heads[size + 1] = SignedHead(head=head, signature=signature)
        self._keys.setdefault(key_id_of(signer.public_key), signer.public_key)
        return entry

    async def erase(self, candidate: Candidate, *, writes: WritesErasure, signer: Signer) -> Entry | None:
        person = candidate.person
        ended = await self.ends_scoring(person)
        known = self.salts.pop(person, None)
        theirs = [kept for kept in self._kept if kept.person == person]
        if known is None and not theirs and not ended:
            return None
        entry = await self.append(writes([kept.entry.id for kept in theirs]), signer=signer)
        for kept in theirs:
            kept.person = None
            kept.parts = tuple(part for part in kept.parts if part.salt is None)
            if kept.provenance is not None:
                kept.provenance = replace(kept.provenance, erased_by=entry.id)
        return entry

    async def head(self) -> SignedHead | None:
        return self._heads.get(len(self._kept))

    async def head_of(self, tree_size: int) -> SignedHead | None:
        return self._heads.get(tree_size)

    async def entry(self, entry_id: str) -> Entry | None:
        kept = self._find(entry_id)
        return None if kept is None else kept.entry

    async def entry_of_submission(self, submission_id: str) -> Entry | None:
        found = [
            (kept.provenance.generation, kept.entry)
            for kept in self._kept
            if kept.provenance is not None and kept.provenance.submission_id == submission_id
        ]
        return max(found, key=lambda each: each[0])[1] if found else None

    async def provenance(self, entry_id: str) -> Provenance | None:
        kept = self._find(entry_id)
        return None if kept is None else kept.provenance

    async def entries(self, *, start: int, limit: int) -> list[Entry]:
        return [kept.entry for kept in self._kept[start : start + limit]]

    async def successions(self) -> list[Entry]:
        return [kept.entry for kept in self._kept if kept.entry.kind is EntryKind.KEY]

    async def parts(self, entry_id: str) -> tuple[StoredPart, ...]:
        kept = self._find(entry_id)
        return () if kept is None else kept.parts

    async def inclusion(self, index: int, head: SignedHead) -> Inclusion:
        path = inclusion_path(index, head.head.tree_size, self._nodes)
        return Inclusion(index=index, path=path, head=head)

    async def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        return consistency_path(old, size, self._nodes)

    async def keys(self) -> Mapping[str, bytes]:
        return dict(self._keys)

    def entries_of(self, person: str) -> int:
        """How many entries have parts that are about a person."""
        return sum(kept.person == person for kept in self._kept)

    def erased(self) -> Sequence[Provenance]:
        """What the entries came from whose people are erased."""
        found = (kept.provenance for kept in self._kept)
        return [each for each in found if each is not None and each.erased_by is not None]

    def _find(self, entry_id: str) -> _Kept | None:
        return next((kept for kept in self._kept if kept.entry.id == entry_id), None)
