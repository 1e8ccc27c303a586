"""Looking a whole log over, and whether it goes on from a head that somebody kept."""

from collections.abc import Mapping

from assay.assessments.evidence.canonical import canonical
from assay.assessments.evidence.merkle import Address, appended, is_consistent, leaf_hash, root
from assay.assessments.evidence.ports import EvidenceLog
from assay.assessments.evidence.signatures import Purpose, head_document
from assay.assessments.evidence.signing import is_signed
from assay.domain.evidence import SignedHead

ENTRIES_AT_ONCE = 500
FAULTS_MAX = 20  # after so many it is clear that it is not this log


async def compare(kept: SignedHead, log: EvidenceLog) -> list[str]:
    """What speaks against this being the log that had the head `kept`. Raises `Unavailable`."""
    keys = await log.keys()
    newest = await log.head()
    if newest is None:
        return ["the log is empty"]
    old, now = kept.head, newest.head
    went_back = _went_back(old.timeline, now.timeline)
    if not is_signed(Purpose.TREE_HEAD, canonical(head_document(old)), kept.signature, keys):
        return ["the head from before was not signed by a key of this log"]
    if old.log != now.log:
        return [f"the head from before is of another log, {old.log}"]
    if old.tree_size > now.tree_size:
        return [f"{old.tree_size} entries were there, and {now.tree_size} are now{went_back}"]
    path = await log.consistency(old.tree_size, now.tree_size)
    if is_consistent(old.tree_size, old.root_hash, now.tree_size, now.root_hash, path):
        return []
    return [f"the first {old.tree_size} entries are not those of then{went_back}"]


async def audit(log: EvidenceLog) -> list[str]:
    """What is wrong in the log, entry by entry: signatures, nodes by way of every root, heads.

    Raises `Unavailable`. Takes some 0.3 ms an entry.
    """
    keys = await log.keys()
    nodes: dict[Address, bytes] = {}
    faults: list[str] = []
    size = 0
    while len(faults) < FAULTS_MAX and (entries := await log.entries(start=size, limit=ENTRIES_AT_ONCE)):
        for entry in entries:
            if entry.index != size:
                return [*faults, f"entry {size} is missing"]
            if not is_signed(Purpose.STATEMENT, entry.statement, entry.signature, keys):
                faults.append(f"entry {size} is not what was signed")
            nodes |= appended(leaf_hash(entry.statement), size, nodes)
            size += 1
            faults += _faults_of_head(await log.head_of(size), size, root(size, nodes), keys)
    newest = await log.head()
    if newest is not None and newest.head.tree_size > size and not faults:
        faults.append(f"entry {size} is missing")
    return faults[:FAULTS_MAX]


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


def _went_back(old: int, now: int) -> str:
    if now == old:
        return ""
    return "; the database went back to an earlier point since (docs/how-to/backup.md)"
