"""Statements: what a leaf of the log is made of. Pure, but for the salts that come in.

    assessment   the digest of each part          {"parts": {"source": {"sha256": …, "salted": true}, …}}
    erasure      whose personal parts are gone    {"entries": [id, …]}
    key          who signs from here on           {"public_key": …, "follows": key id}

Each also says its format, kind, id and instant. An id is random: it tells nothing of the candidate.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
import hashlib
import hmac

from assay.assessments.evidence.canonical import canonical
from assay.assessments.evidence.signatures import to_text
from assay.domain.evidence import EntryKind, Part, StoredPart

FORMAT = "assay-evidence/1"

Document = dict[str, object]


def part_digest(content: bytes, salt: bytes | None) -> str:
    """What a statement says of a part: SHA-256 (hex) of its canonical JSON, the salt before it."""
    return hashlib.sha256((salt or b"") + content).hexdigest()


def salt_for(person_salt: bytes, evidence_id: str, part: Part) -> bytes:
    """The salt of one part. All of one person's follow from one, which is destroyed with them.

    None tells anything of another: the file of one submission does not help to guess at the next one's.
    """
    return hmac.digest(person_salt, f"{evidence_id}/{part.value}".encode(), "sha256")


def stored(parts: Mapping[Part, object], *, evidence_id: str, person_salt: bytes) -> tuple[StoredPart, ...]:
    """Parts as they are kept and committed to. All of them. Raises `ValueError` for what is not JSON."""
    return tuple(
        StoredPart(
            part=part,
            content=canonical(parts[part]),
            salt=salt_for(person_salt, evidence_id, part) if part.is_personal else None,
        )
        for part in Part
    )


def assessment_statement(evidence_id: str, parts: Sequence[StoredPart], *, at: datetime) -> Document:
    digests = {
        each.part.value: {
            "sha256": part_digest(each.content, each.salt),
            "salted": each.salt is not None,
        }
        for each in parts
    }
    return {**_head(EntryKind.ASSESSMENT, evidence_id, at), "parts": digests}


def erasure_statement(erasure_id: str, entries: Sequence[str], *, at: datetime) -> Document:
    return {**_head(EntryKind.ERASURE, erasure_id, at), "entries": sorted(entries)}


def key_statement(entry_id: str, *, public_key: bytes, follows: str, at: datetime) -> Document:
    """To be signed by the key that it `follows`: who trusts that one can trust the next."""
    return {**_head(EntryKind.KEY, entry_id, at), "public_key": to_text(public_key), "follows": follows}


def _head(kind: EntryKind, identity: str, at: datetime) -> Document:
    return {"format": FORMAT, "kind": kind.value, "id": identity, "at": at.isoformat()}
