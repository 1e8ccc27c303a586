"""Keys that follow one another: each is named by an entry of the log that the key before it signed. Pure.

    K1 ── signs "K2 follows K1" ──► K2 ── signs "K3 follows K2" ──► K3 ── signs the file

So whoever has the first public key needs no other. Whoever stole a private key could name a successor, too;
but they could sign anything anyway.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assay.assessments.evidence.canonical import canonical, read_json
from assay.assessments.evidence.signatures import PUBLIC_KEY_BYTES, Purpose, from_text, key_id_of
from assay.assessments.evidence.signing import is_signed
from assay.assessments.evidence.statement import FORMAT, Document
from assay.domain.evidence import Entry, EntryKind, Signature
from assay.errors import EvidenceUnreadable


@dataclass(frozen=True, kw_only=True)
class Succession:
    """The statement that another key follows, and its signature by the key before."""

    statement: Document
    signature: Signature


def of_entry(entry: Entry) -> Succession:
    """A succession as the log has it. What is no statement any more names nobody."""
    try:
        statement = read_json(entry.statement)
    except EvidenceUnreadable:
        statement = {}
    return Succession(statement=statement, signature=entry.signature)


def successor(succession: Succession) -> bytes | None:
    """The raw public key that it names. None: it is no statement of the kind, or of another key's."""
    said = succession.statement
    named = said.get("public_key")
    if said.get("format") != FORMAT or said.get("kind") != EntryKind.KEY.value or not isinstance(named, str):
        return None
    try:
        raw = from_text(named)
    except ValueError:
        return None
    is_ours = len(raw) == PUBLIC_KEY_BYTES and said.get("follows") == succession.signature.key_id
    return raw if is_ours else None


def is_valid(succession: Succession, keys: Mapping[str, bytes]) -> bool:
    """Whether one of `keys` signed it, and it names a key."""
    message = canonical(succession.statement)
    signature = succession.signature
    return successor(succession) is not None and is_signed(Purpose.STATEMENT, message, signature, keys)


def with_successors(trusted: Mapping[str, bytes], successions: Iterable[Succession]) -> dict[str, bytes]:
    """The keys that are trusted, and those that follow them, in the order of the log. Others are left out."""
    keys = dict(trusted)
    for succession in successions:
        raw = successor(succession)
        if raw is not None and is_valid(succession, keys):
            keys[key_id_of(raw)] = raw
    return keys


def leading_to(key_ids: Iterable[str], entries: Sequence[Entry]) -> list[Entry]:
    """Of the successions of a log, in its order, those by which keys came to sign. All else is not needed."""
    wanted = set(key_ids)
    found: list[Entry] = []
    for entry in reversed(entries):
        raw = successor(of_entry(entry))
        if raw is not None and key_id_of(raw) in wanted:
            wanted.add(entry.signature.key_id)
            found.append(entry)
    return found[::-1]
