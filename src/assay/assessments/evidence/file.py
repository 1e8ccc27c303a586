"""The evidence file: one JSON object that anybody can verify offline.

    {"format": "assay-evidence/1",
     "statement": {…}, "signature": {"key_id", "value"},          what is committed to, and who stands for it
     "parts": {"source": {"content": …, "salt": …}, …},           contents; {"withheld": true} for one without
     "inclusion": {"index", "leaf_hash", "path": [{"side", "hash", "node"}], "tree_head", "signature"},
     "erasure": {"statement", "signature", "inclusion"},          only where personal parts were destroyed
     "successors": [{"statement", "signature"}, …],               only where a key followed another
     "keys": {key_id: …}}                                         public keys, for whoever has no others

Hashes are hexadecimal, keys and signatures Base64. Each step of `path` also has the node that it leads to: a
reader needs none of them, but with them it can say which step is wrong. A file has no other fields.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assay.assessments.evidence.canonical import canonical, read_json
from assay.assessments.evidence.fields import Fields
from assay.assessments.evidence.merkle import leaf_hash, node_hash, sides
from assay.assessments.evidence.signatures import head_document, to_text
from assay.assessments.evidence.statement import FORMAT, Document
from assay.assessments.evidence.succession import Succession
from assay.domain.evidence import (
    Entry,
    Inclusion,
    Part,
    Signature,
    SignedHead,
    StoredPart,
    TreeHead,
)
from assay.errors import EvidenceUnreadable

_PLACED = ("statement", "signature", "inclusion")
PATH_STEPS_MAX = 64  # of a tree with more leaves than anybody can have
SUCCESSORS_MAX = 1000  # a key a day for years


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a leaf's way up: the sibling, its side, and the node that the two make."""

    is_left: bool
    sibling: bytes
    node: bytes


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A statement in the log, as a file shows it."""

    statement: Document
    signature: Signature
    index: int
    leaf_hash: bytes
    path: tuple[Step, ...]
    head: SignedHead


@dataclass(frozen=True, kw_only=True)
class ShownPart:
    """A part's content and salt. `is_withheld`: it has neither."""

    content: object
    salt: bytes | None
    is_withheld: bool


@dataclass(frozen=True, kw_only=True)
class EvidenceFile:
    """What a file says. Nothing of it is verified."""

    assessment: Placed
    parts: Mapping[Part, ShownPart]
    erasure: Placed | None
    keys: Mapping[str, bytes]
    successions: tuple[Succession, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proven:
    """An entry of the log, with the proof that it is there."""

    entry: Entry
    inclusion: Inclusion


def write_file(
    assessment: Proven,
    parts: Sequence[StoredPart],
    erasure: Proven | None,
    keys: Mapping[str, bytes],
    successions: Sequence[Entry],
) -> bytes:
    """A file, as canonical JSON. Parts that are not among `parts` are withheld."""
    shown: Document = {part.value: {"withheld": True} for part in Part}
    for each in parts:
        salt = {} if each.salt is None else {"salt": each.salt.hex()}
        shown[each.part.value] = {"content": read_value(each.content), **salt}
    document: Document = {
        "format": FORMAT,
        **_placed_document(assessment),
        "parts": shown,
        "keys": {key_id: to_text(raw) for key_id, raw in keys.items()},
    }
    if erasure is not None:
        document["erasure"] = _placed_document(erasure)
    if successions:
        document["successors"] = [
            {"statement": read_value(each.statement), "signature": signature_document(each.signature)}
            for each in successions
        ]
    return canonical(document) + b"\n"


def read_value(content: bytes) -> object:
    """A value of canonical JSON that we wrote ourselves."""
    return read_json(b'{"value":' + content + b"}")["value"]


def _placed_document(proven: Proven) -> Document:
    entry, inclusion = proven.entry, proven.inclusion
    value = leaf = leaf_hash(entry.statement)
    path = []
    for sibling, is_left in zip(
        inclusion.path, sides(inclusion.index, inclusion.head.head.tree_size), strict=True
    ):
        value = node_hash(sibling, value) if is_left else node_hash(value, sibling)
        path.append({"side": "left" if is_left else "right", "hash": sibling.hex(), "node": value.hex()})
    return {
        "statement": read_value(entry.statement),
        "signature": signature_document(entry.signature),
        "inclusion": {
            "index": inclusion.index,
            "leaf_hash": leaf.hex(),
            "path": path,
            **signed_head_document(inclusion.head),
        },
    }


def signature_document(signature: Signature) -> Document:
    return {"key_id": signature.key_id, "value": to_text(signature.value)}


def signed_head_document(signed: SignedHead) -> Document:
    """A tree head as files have it, also those that hold nothing else."""
    return {
        "tree_head": head_document(signed.head),
        "head_signature": signature_document(signed.signature),
    }


def read_file(content: bytes) -> EvidenceFile:
    """Raises `EvidenceUnreadable` for what is no evidence file, and says where it stops being one."""
    fields = Fields(read_json(content), "")
    if fields.text("format") != FORMAT:
        raise EvidenceUnreadable(f"format: not {FORMAT}, which is what this release knows")
    fields.only("format", "parts", "keys", "erasure", "successors", *_PLACED)
    shown = fields.inner("parts")
    parts = {part: _part(shown.inner(part.value)) for part in Part}
    if extra := sorted(shown.names - {part.value for part in Part}):
        raise EvidenceUnreadable(f"parts: there is no part {extra[0]!r}")
    keys = fields.inner("keys")
    return EvidenceFile(
        assessment=_placed(fields),
        parts=parts,
        erasure=_erasure(fields.inner("erasure")) if "erasure" in fields.names else None,
        keys={name: keys.decoded(name) for name in sorted(keys.names)},
        successions=_successions(fields) if "successors" in fields.names else (),
    )


def read_head(content: bytes) -> SignedHead:
    """The tree head of a file that has one: of evidence, or of a head alone. Raises `EvidenceUnreadable`."""
    fields = Fields(read_json(content), "")
    return _signed_head(fields.inner("inclusion") if "inclusion" in fields.names else fields)


def _part(fields: Fields) -> ShownPart:
    if "withheld" in fields.names:
        fields.only("withheld")
        if fields.value("withheld") is not True:
            raise fields.wrong("withheld", "true; a part that is there has its content instead")
        return ShownPart(content=None, salt=None, is_withheld=True)
    fields.only("content", "salt")
    salt = fields.hexadecimal("salt") if "salt" in fields.names else None
    return ShownPart(content=fields.value("content"), salt=salt, is_withheld=False)


def _successions(fields: Fields) -> tuple[Succession, ...]:
    found = []
    for each in fields.items("successors", most=SUCCESSORS_MAX):
        each.only("statement", "signature")
        signature = _signature(each.inner("signature"))
        found.append(Succession(statement=each.inner("statement").document, signature=signature))
    return tuple(found)


def _erasure(fields: Fields) -> Placed:
    fields.only(*_PLACED)
    return _placed(fields)


def _placed(fields: Fields) -> Placed:
    inclusion = fields.inner("inclusion")
    inclusion.only("index", "leaf_hash", "path", "tree_head", "head_signature")
    path = inclusion.items("path", most=PATH_STEPS_MAX)
    return Placed(
        statement=fields.inner("statement").document,
        signature=_signature(fields.inner("signature")),
        index=inclusion.number("index"),
        leaf_hash=inclusion.hexadecimal("leaf_hash"),
        path=tuple(_step(each) for each in path),
        head=_signed_head(inclusion),
    )


def _step(fields: Fields) -> Step:
    fields.only("side", "hash", "node")
    side = fields.text("side")
    if side not in ("left", "right"):
        raise fields.wrong("side", "left or right")
    return Step(is_left=side == "left", sibling=fields.hexadecimal("hash"), node=fields.hexadecimal("node"))


def _signature(fields: Fields) -> Signature:
    fields.only("key_id", "value")
    return Signature(key_id=fields.text("key_id"), value=fields.decoded("value"))


def _signed_head(fields: Fields) -> SignedHead:
    head = fields.inner("tree_head")
    head.only("log", "timeline", "tree_size", "root_hash", "at")
    try:
        return SignedHead(
            head=TreeHead(
                log=head.text("log"),
                timeline=head.number("timeline"),
                tree_size=head.number("tree_size"),
                root_hash=head.hexadecimal("root_hash"),
                at=datetime.fromisoformat(head.text("at")),
            ),
            signature=_signature(fields.inner("head_signature")),
        )
    except ValueError as error:
        raise EvidenceUnreadable(f"tree_head: {error}") from None
