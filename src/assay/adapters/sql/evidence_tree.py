"""The Merkle tree of the evidence log as rows: appending to it, and proofs. Scripts for both databases.

Only one appends at a time: the row of the installation is locked until the transaction ends.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from assay.adapters.sql.instants import from_row, to_row
from assay.adapters.sql.scripts import Script
from assay.assessments.evidence.canonical import canonical
from assay.assessments.evidence.merkle import (
    Address,
    appended,
    consistency_path,
    frontier,
    inclusion_path,
    leaf_hash,
    needed_for_consistency,
    needed_for_inclusion,
    root,
)
from assay.assessments.evidence.ports import NewEntry
from assay.assessments.evidence.signatures import Purpose, Signer, head_document, key_id_of
from assay.domain.evidence import Entry, Inclusion, Signature, SignedHead, TreeHead

_TAKE_TURN = "UPDATE installation SET timeline = timeline RETURNING id, timeline"
_INSTALLATION = "SELECT id FROM installation"
_SIZE = "SELECT tree_size FROM evidence_heads ORDER BY tree_size DESC LIMIT 1"
_NODES = "SELECT level, position, hash FROM evidence_nodes WHERE {conditions}"
_ADD_NODES = "INSERT INTO evidence_nodes (level, position, hash) VALUES {rows}"
_ADD_ENTRY = """
    INSERT INTO evidence_entries (position, id, kind, statement, key_id, signature, at, submission_id,
                                  generation, person)
    VALUES (:position, :id, :kind, :statement, :key_id, :signature, :at, :submission_id, :generation, :person)
"""
_ADD_KEY = """
    INSERT INTO evidence_keys (key_id, public_key, tree_size) VALUES (:key_id, :public_key, :tree_size)
    ON CONFLICT DO NOTHING
"""
_ADD_HEAD = """
    INSERT INTO evidence_heads (tree_size, timeline, root_hash, at, key_id, signature)
    VALUES (:tree_size, :timeline, :root_hash, :at, :key_id, :signature)
"""
_HEAD = "SELECT tree_size, timeline, root_hash, at, key_id, signature FROM evidence_heads"
_NEWEST_HEAD = f"{_HEAD} ORDER BY tree_size DESC LIMIT 1"
_HEAD_OF = f"{_HEAD} WHERE tree_size = :tree_size"

NODES_AT_ONCE = 100


def append(
    new: NewEntry,
    *,
    signer: Signer,
    at: datetime,
    submission_id: str | None = None,
    generation: int | None = None,
    person: str | None = None,
) -> Script[Entry]:
    """Append an entry, and sign the next head."""
    ((log, timeline),) = yield _TAKE_TURN, {}
    found = yield _SIZE, {}
    size = int(found[0][0]) if found else 0
    nodes = yield from _read_nodes(frontier(size))
    made = appended(leaf_hash(new.statement), size, nodes)
    values: dict[str, Any] = {}
    for number, ((level, position), value) in enumerate(made.items()):
        values |= {f"l{number}": level, f"p{number}": position, f"h{number}": value}
    rows = ", ".join(f"(:l{number}, :p{number}, :h{number})" for number in range(len(made)))
    yield _ADD_NODES.format(rows=rows), values
    signature = new.signature
    yield (
        _ADD_ENTRY,
        {
            "position": size,
            "id": new.id,
            "kind": new.kind.value,
            "statement": new.statement,
            "key_id": signature.key_id,
            "signature": signature.value,
            "at": to_row(new.at),
            "submission_id": submission_id,
            "generation": generation,
            "person": person,
        },
    )
    head = TreeHead(
        log=log, timeline=timeline, tree_size=size + 1, root_hash=root(size + 1, nodes | made), at=at
    )
    yield from _sign(head, signer)
    return Entry(
        index=size, id=new.id, kind=new.kind, statement=new.statement, signature=signature, at=new.at
    )


def _sign(head: TreeHead, signer: Signer) -> Script[None]:
    signature = signer.sign(Purpose.TREE_HEAD, canonical(head_document(head)))
    public_key = signer.public_key
    yield (
        _ADD_KEY,
        {"key_id": key_id_of(public_key), "public_key": public_key, "tree_size": head.tree_size},
    )
    yield (
        _ADD_HEAD,
        {
            "tree_size": head.tree_size,
            "timeline": head.timeline,
            "root_hash": head.root_hash,
            "at": to_row(head.at),
            "key_id": signature.key_id,
            "signature": signature.value,
        },
    )


def head(tree_size: int | None = None) -> Script[SignedHead | None]:
    """That of a size, or the newest."""
    ((log,),) = yield _INSTALLATION, {}
    if tree_size is None:
        rows = yield _NEWEST_HEAD, {}
    else:
        rows = yield _HEAD_OF, {"tree_size": tree_size}
    if not rows:
        return None
    ((size, timeline, root_hash, at, key_id, signature),) = rows
    return SignedHead(
        head=TreeHead(
            log=log, timeline=timeline, tree_size=size, root_hash=bytes(root_hash), at=from_row(at)
        ),
        signature=Signature(key_id=key_id, value=bytes(signature)),
    )


def inclusion(index: int, signed: SignedHead) -> Script[Inclusion]:
    size = signed.head.tree_size
    nodes = yield from _read_nodes(needed_for_inclusion(index, size))
    return Inclusion(index=index, path=inclusion_path(index, size, nodes), head=signed)


def consistency(old: int, size: int) -> Script[tuple[bytes, ...]]:
    nodes = yield from _read_nodes(needed_for_consistency(old, size))
    return consistency_path(old, size, nodes)


def _read_nodes(addresses: Iterable[Address]) -> Script[dict[Address, bytes]]:
    wanted = list(dict.fromkeys(addresses))
    nodes: dict[Address, bytes] = {}
    for begin in range(0, len(wanted), NODES_AT_ONCE):
        values: dict[str, int] = {}
        conditions = []
        for number, (level, position) in enumerate(wanted[begin : begin + NODES_AT_ONCE]):
            values |= {f"l{number}": level, f"p{number}": position}
            conditions.append(f"(level = :l{number} AND position = :p{number})")
        rows = yield _NODES.format(conditions=" OR ".join(conditions)), values
        nodes |= {(level, position): bytes(value) for level, position, value in rows}
    return nodes
