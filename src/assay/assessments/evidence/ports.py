"""What evidence needs of the outside world: a log that only grows, and somebody who signs.

Whatever changes the log is one transaction: the entry, the nodes that come with it, the next head.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assay.assessments.evidence.signatures import Signer
from assay.domain.evidence import Candidate, Entry, EntryKind, Inclusion, Signature, SignedHead, StoredPart


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """A statement that is to be appended, with its signature."""

    id: str
    kind: EntryKind
    statement: bytes  # canonical JSON
    signature: Signature
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What an entry of an assessment came from. `erased_by`: the entry of the erasure, if there was one."""

    submission_id: str
    generation: int
    erased_by: str | None


class WritesErasure(Protocol):
    def __call__(self, entries: Sequence[str]) -> NewEntry:
        """The entry that says that these were erased. Pure: it is called within the transaction."""
        ...


class EvidenceLog(Protocol):
    """The log and what is kept beside it. Every method raises `Unavailable`."""

    async def append(self, entry: NewEntry, *, signer: Signer) -> Entry:
        """An entry without parts, signed as part of the next head by `signer`."""
        ...

    async def erase(self, candidate: Candidate, *, writes: WritesErasure, signer: Signer) -> Entry | None:
        """Destroy a person's salt, and the personal parts and scores of all their entries, for good. What
        waits to be scored of them, or could not be, ends.

        The entries stay, and so does every hash. None, and nothing is appended, when nothing is known of
        them.
        """
        ...

    async def head(self) -> SignedHead | None:
        """The newest, None of an empty log."""
        ...

    async def head_of(self, tree_size: int) -> SignedHead | None:
        """The one that was signed when the log had this size."""
        ...

    async def entry(self, entry_id: str) -> Entry | None: ...

    async def entry_of_submission(self, submission_id: str) -> Entry | None:
        """That of its newest generation that has one."""
        ...

    async def provenance(self, entry_id: str) -> Provenance | None:
        """None of an entry that is no assessment."""
        ...

    async def entries(self, *, start: int, limit: int) -> list[Entry]:
        """In order, from an index on."""
        ...

    async def successions(self) -> list[Entry]:
        """The entries by which a key named the one that follows it, in order."""
        ...

    async def parts(self, entry_id: str) -> tuple[StoredPart, ...]:
        """Those that are still there."""
        ...

    async def inclusion(self, index: int, head: SignedHead) -> Inclusion:
        """The proof that an entry is in the tree of a head, which is one of this log's.

        Raises `KeyError` when a node that it needs was lost.
        """
        ...

    async def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """The proof that the log of size `old` is the beginning of that of `size`."""
        ...

    async def keys(self) -> Mapping[str, bytes]:
        """Every public key that ever signed here, by its id, the first one first."""
        ...
