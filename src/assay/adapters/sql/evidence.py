"""The evidence log on either database: entries, their parts, salts of people, and erasing them."""

from collections.abc import Mapping, Sequence
from typing import Any

from assay.adapters.sql import evidence_tree as tree
from assay.adapters.sql.instants import from_row
from assay.adapters.sql.scripts import Script, Scripts, Statement
from assay.assessments.evidence.ports import NewEntry, Provenance, WritesErasure
from assay.assessments.evidence.signatures import Signer
from assay.domain.clock import Clock
from assay.domain.evidence import (
    Candidate,
    Entry,
    EntryKind,
    Inclusion,
    Part,
    Signature,
    SignedHead,
    StoredPart,
)

# Held to the transaction's end: an erasure ends the lease before, or finds the person after.
_HOLD_LEASE = """
    UPDATE scoring SET attempt = attempt
     WHERE submission_id = :submission_id AND generation = :generation AND lease_token = :token
       AND state = 'leased'
 RETURNING attempt
"""
_ADD_PERSON = "INSERT INTO evidence_people (person, salt) VALUES (:person, :salt) ON CONFLICT DO NOTHING"
_SALT = "SELECT salt FROM evidence_people WHERE person = :person"
_FORGET_PERSON = "DELETE FROM evidence_people WHERE person = :person RETURNING person"

_COLUMNS = "position, id, kind, statement, key_id, signature, at"
_ENTRY = f"SELECT {_COLUMNS} FROM evidence_entries WHERE id = :id"  # noqa: S608 - our own words, as below
_ENTRY_OF = f"""
    SELECT {_COLUMNS} FROM evidence_entries WHERE submission_id = :submission_id
     ORDER BY generation DESC LIMIT 1
"""  # noqa: S608
_ENTRIES = f"""
    SELECT {_COLUMNS} FROM evidence_entries WHERE position >= :start ORDER BY position LIMIT :limit
"""  # noqa: S608
# Its words are those of the index: it is not taken for a value that comes later.
_SUCCESSIONS = f"SELECT {_COLUMNS} FROM evidence_entries WHERE kind = 'key' ORDER BY position"  # noqa: S608
_PROVENANCE = "SELECT submission_id, generation, erased_by FROM evidence_entries WHERE id = :id"
_PARTS = "SELECT part, content, salt FROM evidence_parts WHERE entry_id = :entry_id"
_ADD_PART = """
    INSERT INTO evidence_parts (entry_id, part, content, salt) VALUES (:entry_id, :part, :content, :salt)
"""
_KEYS = "SELECT key_id, public_key FROM evidence_keys ORDER BY tree_size, key_id"

_OF_PERSON = """
    SELECT id, submission_id, generation FROM evidence_entries WHERE person = :person ORDER BY position
"""
_ERASE_PARTS = "DELETE FROM evidence_parts WHERE entry_id = :id AND salt IS NOT NULL"
_ERASE_SCORE = "DELETE FROM scores WHERE entry_id = :id"
_ERASE_ENTRY = "UPDATE evidence_entries SET person = NULL, erased_by = :erased_by WHERE id = :id"
_END_SCORING = """
    UPDATE scoring SET state = 'erased' WHERE submission_id = :submission_id AND generation = :generation
"""
_END_WAITING = """
    UPDATE scoring SET state = 'erased', cause = :empty, lease_token = NULL, lease_until = NULL
     WHERE state IN ('waiting', 'leased', 'unscored')
       AND submission_id IN (SELECT id FROM submissions WHERE {whose})
 RETURNING submission_id
"""
_OF_USER = "user_id = :user_id AND COALESCE(tenant, '') = :tenant"  # '' for none, which no tenant is called
_OF_NOBODY_KNOWN = "id = :submission_id AND user_id IS NULL"


class SqlEvidenceLog:
    """The `EvidenceLog` port. `reading`: for scripts that change nothing, where that is quicker."""

    def __init__(self, scripts: Scripts, *, reading: Scripts | None = None, clock: Clock) -> None:
        self._scripts = scripts
        self._reading = scripts if reading is None else reading
        self._clock = clock

    async def append(self, entry: NewEntry, *, signer: Signer) -> Entry:
        return await self._scripts.run(lambda: tree.append(entry, signer=signer, at=self._clock.now()))

    async def erase(self, candidate: Candidate, *, writes: WritesErasure, signer: Signer) -> Entry | None:
        person = candidate.person

        def script() -> Script[Entry | None]:
            ended = yield _end_of_waiting(candidate)  # before the person: as who records a score goes
            known = yield _FORGET_PERSON, {"person": person}
            theirs = yield _OF_PERSON, {"person": person}
            if not known and not theirs and not ended:
                return None
            erasure = writes([entry_id for entry_id, _, _ in theirs])
            entry = yield from tree.append(erasure, signer=signer, at=self._clock.now())
            for entry_id, submission_id, generation in theirs:
                yield _ERASE_PARTS, {"id": entry_id}
                yield _ERASE_SCORE, {"id": entry_id}
                yield _ERASE_ENTRY, {"id": entry_id, "erased_by": entry.id}
                yield _END_SCORING, {"submission_id": submission_id, "generation": generation}
            return entry

        return await self._scripts.run(script)

    async def head(self) -> SignedHead | None:
        return await self._reading.run(tree.head)

    async def head_of(self, tree_size: int) -> SignedHead | None:
        return await self._reading.run(lambda: tree.head(tree_size))

    async def entry(self, entry_id: str) -> Entry | None:
        return await self._one(_ENTRY, {"id": entry_id})

    async def entry_of_submission(self, submission_id: str) -> Entry | None:
        return await self._one(_ENTRY_OF, {"submission_id": submission_id})

    async def provenance(self, entry_id: str) -> Provenance | None:
        def script() -> Script[Provenance | None]:
            rows = yield _PROVENANCE, {"id": entry_id}
            if not rows or rows[0][0] is None:
                return None
            ((submission_id, generation, erased_by),) = rows
            return Provenance(submission_id=submission_id, generation=generation, erased_by=erased_by)

        return await self._reading.run(script)

    async def entries(self, *, start: int, limit: int) -> list[Entry]:
        def script() -> Script[list[Entry]]:
            rows = yield _ENTRIES, {"start": start, "limit": limit}
            return [_entry_of(row) for row in rows]

        return await self._reading.run(script)

    async def successions(self) -> list[Entry]:
        def script() -> Script[list[Entry]]:
            rows = yield _SUCCESSIONS, {}
            return [_entry_of(row) for row in rows]

        return await self._reading.run(script)

    async def parts(self, entry_id: str) -> tuple[StoredPart, ...]:
        def script() -> Script[tuple[StoredPart, ...]]:
            rows = yield _PARTS, {"entry_id": entry_id}
            found = {
                Part(part): StoredPart(
                    part=Part(part), content=bytes(content), salt=None if salt is None else bytes(salt)
                )
                for part, content, salt in rows
            }
            return tuple(found[part] for part in Part if part in found)

        return await self._reading.run(script)

    async def inclusion(self, index: int, head: SignedHead) -> Inclusion:
        return await self._reading.run(lambda: tree.inclusion(index, head))

    async def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        return await self._reading.run(lambda: tree.consistency(old, size))

    async def keys(self) -> Mapping[str, bytes]:
        def script() -> Script[dict[str, bytes]]:
            rows = yield _KEYS, {}
            return {key_id: bytes(public_key) for key_id, public_key in rows}

        return await self._reading.run(script)

    async def _one(self, sql: str, values: Mapping[str, object]) -> Entry | None:
        def script() -> Script[Entry | None]:
            rows = yield sql, values
            return _entry_of(rows[0]) if rows else None

        return await self._reading.run(script)


def _end_of_waiting(candidate: Candidate) -> Statement:
    if candidate.user_id is None:
        whose, values = _OF_NOBODY_KNOWN, {"submission_id": candidate.submission_id}
    else:
        whose, values = _OF_USER, {"user_id": candidate.user_id, "tenant": candidate.tenant or ""}
    return _END_WAITING.format(whose=whose), {**values, "empty": b""}


def salt_of(person: str, *, fresh: bytes, lease: Mapping[str, Any]) -> Script[bytes | None]:
    """Their salt, which is `fresh` if there was none; None when the lease on what they sent is lost."""
    held = yield _HOLD_LEASE, lease
    if not held:
        return None
    yield _ADD_PERSON, {"person": person, "salt": fresh}
    ((salt,),) = yield _SALT, {"person": person}
    return bytes(salt)


def add_parts(entry_id: str, parts: Sequence[StoredPart]) -> Script[None]:
    """Keep what an entry commits to."""
    for each in parts:
        values = {
            "entry_id": entry_id,
            "part": each.part.value,
            "content": each.content,
            "salt": each.salt,
        }
        yield _ADD_PART, values


def _entry_of(row: Sequence[Any]) -> Entry:
    position, entry_id, kind, statement, key_id, signature, at = row
    return Entry(
        index=position,
        id=entry_id,
        kind=EntryKind(kind),
        statement=bytes(statement),
        signature=Signature(key_id=key_id, value=bytes(signature)),
        at=from_row(at),
    )
