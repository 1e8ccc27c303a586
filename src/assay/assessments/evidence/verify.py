"""Verifying an evidence file, link by link, offline. Pure.

    key ─▶ its successors ─▶ signature of the statement ─▶ digest of each part ─▶ leaf hash
        ─▶ path, step by step ─▶ tree head ─▶ the same for the erasure, if there was one
        ─▶ what the parts say of themselves

The first link that does not hold is named, and nothing after it is looked at: it would rest on that one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import hmac

from assay.assessments.evidence.canonical import canonical
from assay.assessments.evidence.file import EvidenceFile, Placed
from assay.assessments.evidence.inner_digests import inner_digests
from assay.assessments.evidence.merkle import leaf_hash, node_hash, sides
from assay.assessments.evidence.signatures import (
    PUBLIC_KEY_BYTES,
    Purpose,
    head_document,
    key_id_of,
)
from assay.assessments.evidence.signing import is_signed
from assay.assessments.evidence.statement import FORMAT, part_digest
from assay.assessments.evidence.succession import is_valid, with_successors
from assay.domain.evidence import SALT_BYTES, EntryKind, Part


@dataclass(frozen=True, kw_only=True)
class Link:
    """One thing that has to hold. `fault` is None when it does."""

    name: str
    fault: str | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was looked at, in order; the last link may be broken.

    `is_trusted`: the keys came from the verifier, and not from the file itself. `erased`: the parts whose
    destruction the log shows. `followed`: the ids of keys that are believed because one before named them.
    """

    links: tuple[Link, ...]
    followed: tuple[str, ...]
    erased: tuple[Part, ...]
    is_trusted: bool

    @property
    def broken(self) -> Link | None:
        return self.links[-1] if self.links[-1].fault is not None else None


def verify(file: EvidenceFile, trusted_keys: Mapping[str, bytes] | None) -> Report:
    """Look at every link up to the first broken one. `trusted_keys`: raw public keys by their ids.

    Without any, those in the file are believed: that shows the file to be whole, and not who made it. Keys
    that follow trusted ones are trusted, too.
    """
    given = file.keys if trusted_keys is None else trusted_keys
    keys = with_successors(given, file.successions)
    links: list[Link] = []
    for link in _links(file, keys):
        links.append(link)
        if link.fault is not None:
            break
    erased = () if file.erasure is None else tuple(p for p in Part if file.parts[p].is_withheld)
    return Report(
        links=tuple(links),
        followed=tuple(name for name in keys if name not in given),
        erased=erased,
        is_trusted=trusted_keys is not None,
    )


def _links(file: EvidenceFile, keys: Mapping[str, bytes]) -> Iterator[Link]:
    yield _keys(file.keys)
    for number, succession in enumerate(file.successions, start=1):
        # One before the verifier's own first key is only looked at by the file's word, and gives no trust.
        fault = (
            None if is_valid(succession, {**file.keys, **keys}) else "not signed by the key that it follows"
        )
        yield Link(name=f"successor {number}", fault=fault)
    yield _signature(file.assessment, keys, "signature")
    yield _said(file.assessment, EntryKind.ASSESSMENT, "statement")
    for part in Part:
        yield _digest(file, part)
    yield from _place(file.assessment, keys, "")
    if file.erasure is not None:
        yield _signature(file.erasure, keys, "erasure: signature")
        yield _said(file.erasure, EntryKind.ERASURE, "erasure: statement")
        yield _is_erased(file)
        yield from _place(file.erasure, keys, "erasure: ")
    for name, fault in inner_digests(
        {p: each.content for p, each in file.parts.items() if not each.is_withheld}
    ):
        yield Link(name=name, fault=fault)


def _keys(keys: Mapping[str, bytes]) -> Link:
    wrong = [name for name, raw in keys.items() if len(raw) != PUBLIC_KEY_BYTES or key_id_of(raw) != name]
    return Link(name="keys", fault=f"{wrong[0]} is not the id of that key" if wrong else None)


def _signature(placed: Placed, keys: Mapping[str, bytes], name: str) -> Link:
    signature = placed.signature
    if signature.key_id not in keys:
        return Link(name=name, fault=f"made by the key {signature.key_id}, which is none of those trusted")
    holds = is_signed(Purpose.STATEMENT, canonical(placed.statement), signature, keys)
    return Link(name=name, fault=None if holds else "not the key's signature of this statement")


def _said(placed: Placed, kind: EntryKind, name: str) -> Link:
    """A signature of ours for something else is none for this."""
    statement = placed.statement
    holds = statement.get("format") == FORMAT and statement.get("kind") == kind.value
    return Link(name=name, fault=None if holds else f"signed as something else than {kind.value} of {FORMAT}")


def _digest(file: EvidenceFile, part: Part) -> Link:
    name = f"digest of part {part.value}"
    digests = file.assessment.statement.get("parts")
    said = digests.get(part.value) if isinstance(digests, dict) else None
    if not isinstance(said, dict) or said.get("salted") is not part.is_personal:
        return Link(name=name, fault="the statement does not commit to it")
    shown = file.parts[part]
    if shown.is_withheld:
        if file.erasure is None or not part.is_personal:
            return Link(name=name, fault="the part is missing, and no erasure in the log says why")
        return Link(name=name, fault=None)
    if (shown.salt is not None) is not part.is_personal or len(shown.salt or bytes(SALT_BYTES)) != SALT_BYTES:
        return Link(name=name, fault="its salt is not what this part has")
    found = part_digest(canonical(shown.content), shown.salt)
    holds = hmac.compare_digest(found.encode(), str(said.get("sha256")).encode())
    return Link(name=name, fault=None if holds else "not the digest that was signed: the part was changed")


def _place(placed: Placed, keys: Mapping[str, bytes], prefix: str) -> Iterator[Link]:
    """From the leaf up to the signed root."""
    head = placed.head.head
    value = leaf_hash(canonical(placed.statement))
    fault = None if value == placed.leaf_hash else "not the hash of the statement"
    yield Link(name=f"{prefix}leaf hash", fault=fault)
    try:
        expected = sides(placed.index, head.tree_size)
    except ValueError as error:
        yield Link(name=f"{prefix}path", fault=str(error))
        return
    if [step.is_left for step in placed.path] != expected:
        fault = f"not the way of leaf {placed.index} to the root of {head.tree_size} leaves"
        yield Link(name=f"{prefix}path", fault=fault)
        return
    for number, step in enumerate(placed.path, start=1):
        value = node_hash(step.sibling, value) if step.is_left else node_hash(value, step.sibling)
        fault = None if value == step.node else "the two hashes do not make the node"
        yield Link(name=f"{prefix}path step {number}", fault=fault)
    fault = None if value == head.root_hash else "the path does not lead to its root"
    yield Link(name=f"{prefix}tree head", fault=fault)
    signature = placed.head.signature
    holds = is_signed(Purpose.TREE_HEAD, canonical(head_document(head)), signature, keys)
    fault = None if holds else f"not the signature of a trusted key (it names {signature.key_id})"
    yield Link(name=f"{prefix}tree head's signature", fault=fault)


def _is_erased(file: EvidenceFile) -> Link:
    erasure = file.erasure
    entries = [] if erasure is None else erasure.statement.get("entries")
    ours = file.assessment.statement.get("id")
    logs = {placed.head.head.log for placed in (file.assessment, erasure) if placed is not None}
    fault = None
    if not isinstance(entries, list) or ours not in entries:
        fault = "it is of other entries"
    elif len(logs) > 1:
        fault = "it is in another log"
    return Link(name="erasure: entries", fault=fault)
