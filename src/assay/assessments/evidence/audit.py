"""Looking a whole log over, and whether it goes on from a head that somebody kept."""

from collections.abc import AsyncIterator, Mapping
import json

from assay.assessments.evidence.canonical import canonical
from assay.assessments.evidence.merkle import (
    Address,
    appended,
    frontier,
    is_consistent,
    leaf_hash,
    node_hash,
    root,
    sides,
)
from assay.assessments.evidence.ports import EvidenceLog
from assay.assessments.evidence.signatures import Purpose, head_document
from assay.assessments.evidence.signing import is_signed
from assay.assessments.evidence.statement import part_digest
from assay.assessments.evidence.succession import of_entry, successor, with_successors
from assay.domain.evidence import Entry, EntryKind, Part, SignedHead

ENTRIES_AT_ONCE = 500
FAULTS_MAX = 20  # after so many it is clear that it is not this log


async def compare(
    kept: SignedHead, log: EvidenceLog, trusted: Mapping[str, bytes] | None = None
) -> list[str]:
    """What speaks against this being the log that had the head `kept`. Raises `Unavailable`.

    `trusted`: public keys by their ids; those that follow them are trusted, too. Without any the database is
    believed, which who changed it could have had say anything.
    """
    keys = await log.keys() if trusted is None else await _trusted(trusted, log)
    newest = await log.head()
    if newest is None:
        return ["the log is empty"]
    old, now = kept.head, newest.head
    went_back = _went_back(old.timeline, now.timeline)
    for name, signed in (("head from before", kept), ("newest head", newest)):
        if not is_signed(Purpose.TREE_HEAD, canonical(head_document(signed.head)), signed.signature, keys):
            whose = "a key of this log" if trusted is None else "a trusted key"
            return [f"the {name} was not signed by {whose}"]
    if old.log != now.log:
        return [f"the head from before is of another log, {old.log}"]
    if old.tree_size > now.tree_size:
        return [f"{old.tree_size} entries were there, and {now.tree_size} are now{went_back}"]
    path = await log.consistency(old.tree_size, now.tree_size)
    if is_consistent(old.tree_size, old.root_hash, now.tree_size, now.root_hash, path):
        return []
    return [f"the first {old.tree_size} entries are not those of then{went_back}"]


async def audit(log: EvidenceLog, trusted: Mapping[str, bytes] | None = None) -> list[str]:
    """What is wrong in the log, entry by entry: signatures, heads, the tree, and the parts kept beside it.

    `trusted` as in `compare`. Raises `Unavailable`. Takes some milliseconds an entry.
    """
    keys = await log.keys() if trusted is None else await _trusted(trusted, log)
    newest = await log.head()
    nodes: dict[Address, bytes] = {}
    faults: list[str] = []
    size = 0
    while len(faults) < FAULTS_MAX and (entries := await log.entries(start=size, limit=ENTRIES_AT_ONCE)):
        for entry in entries:
            if entry.index != size:
                return [*faults, f"entry {size} is missing"]
            if not is_signed(Purpose.STATEMENT, entry.statement, entry.signature, keys):
                faults.append(_not_signed(entry, keys))
            elif entry.kind is EntryKind.KEY and successor(of_entry(entry)) is None:
                faults.append(f"entry {size} names no key that follows")
            else:
                faults += [fault async for fault in _faults_of_parts(entry, log)]
            grown = nodes | appended(leaf_hash(entry.statement), size, nodes)
            size += 1
            nodes = {address: grown[address] for address in frontier(size)}
            faults += _faults_of_head(await log.head_of(size), size, root(size, nodes), keys)
            if newest is not None and entry.index < newest.head.tree_size:
                faults += await _faults_of_nodes(entry, log, newest)
    if newest is not None and newest.head.tree_size > size and not faults:
        faults.append(f"entry {size} is missing")
    return faults[:FAULTS_MAX]


async def _trusted(keys: Mapping[str, bytes], log: EvidenceLog) -> Mapping[str, bytes]:
    return with_successors(keys, map(of_entry, await log.successions()))


def _not_signed(entry: Entry, keys: Mapping[str, bytes]) -> str:
    if entry.signature.key_id in keys:
        return f"entry {entry.index} is not what was signed"
    return (
        f"entry {entry.index} was signed by the key {entry.signature.key_id}, which is none of those trusted"
    )


def _faults_of_head(
    signed: SignedHead | None, size: int, expected: bytes, keys: Mapping[str, bytes]
) -> list[str]:
    if signed is None:
        return [f"the head of {size} entries is missing"]
    if signed.head.root_hash != expected:
        return [f"the head of {size} entries has a root that they do not make"]
    message = canonical(head_document(signed.head))
    if not is_signed(Purpose.TREE_HEAD, message, signed.signature, keys):
        return [f"the head of {size} entries is not what was signed"]
    return []


async def _faults_of_nodes(entry: Entry, log: EvidenceLog, newest: SignedHead) -> list[str]:
    """The nodes that are kept are what files are written from, and what the next root is made of."""
    try:
        path = (await log.inclusion(entry.index, newest)).path
    except KeyError:
        return [f"a node is missing on the way of entry {entry.index}"]
    value = leaf_hash(entry.statement)
    for sibling, is_left in zip(path, sides(entry.index, newest.head.tree_size), strict=True):
        value = node_hash(sibling, value) if is_left else node_hash(value, sibling)
    if value == newest.head.root_hash:
        return []
    return [f"the nodes kept do not lead from entry {entry.index} to the newest root"]


async def _faults_of_parts(entry: Entry, log: EvidenceLog) -> AsyncIterator[str]:
    """Whether what is kept of an assessment is what its entry commits to."""
    if entry.kind is not EntryKind.ASSESSMENT:
        return
    said = json.loads(entry.statement)["parts"]
    kept = {each.part: each for each in await log.parts(entry.id)}
    provenance = await log.provenance(entry.id)
    is_erased = provenance is not None and provenance.erased_by is not None
    for part in Part:
        if part in kept:
            if part_digest(kept[part].content, kept[part].salt) != said.get(part.value, {}).get("sha256"):
                yield f"entry {entry.index}: its part {part.value} is not what it commits to"
        elif not (is_erased and part.is_personal):
            yield f"entry {entry.index}: its part {part.value} is missing, and nobody erased it"


def _went_back(old: int, now: int) -> str:
    if now == old:
        return ""
    return "; the database went back to an earlier point since (docs/how-to/backup.md)"
