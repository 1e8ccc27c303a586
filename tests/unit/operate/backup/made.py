"""A backup of a small installation in memory, to be damaged."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
import hashlib
import io
import json
import os
import tarfile
from typing import Any

from assay.adapters.memory.blobs import MemoryBlobStore
from assay.domain.problem import DataRef
from assay.operate.backup.create import Made, Occasion, create
from assay.operate.backup.ports import Blobs, Table
from assay.operate.backup.rows import Row
from assay.operate.backup.verify import Report, open_backup, verify

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DATA = [b"1 2\n", b"3\n", b"x" * 70_000]
REFS = [hashlib.sha256(content).hexdigest() for content in DATA]
SUBMISSIONS = [f"0196c4a0-0000-7000-8000-00000000000{n}" for n in range(3)]

Rows = dict[tuple[str, tuple[str, ...]], list[list[Any]]]


def rows() -> Rows:
    """Of each table and its columns."""
    return {
        ("problem_versions", ("problem_id", "version", "document")): [["sum", "v1", json.dumps(REFS)]],
        ("problems", ("id", "version")): [["sum", "v1"]],
        ("submissions", ("id", "problem_id", "problem_version", "created_at")): [
            [each, "sum", "v1", n] for n, each in enumerate(SUBMISSIONS)
        ],
        ("submission_files", ("submission_id", "position", "content")): [
            [each, n, b"\x00\xff"] for each in SUBMISSIONS for n in range(2)
        ],
        ("idempotency_keys", ("key", "submission_id")): [["k", SUBMISSIONS[0]]],
        ("jobs", ("submission_id", "state")): [[each, "pending"] for each in SUBMISSIONS],
        ("judgements", ("id", "submission_id")): [["j", SUBMISSIONS[0]]],
        ("runs", ("judgement_id", "message")): [["j", "caf\u00e9 \x00 \ud7ff"], ["j", ""]],
        ("events", ("submission_id", "seq")): [[each, 1] for each in SUBMISSIONS],
    }


class PretendedSnapshot:
    """The `Snapshot` port."""

    database, schema = "sqlite", "0010"
    installation: str | None = "an-id"
    timeline: int | None = 3

    def __init__(self, content: Rows) -> None:
        self._content = {name: found for (name, _), found in content.items()}
        self.tables: Sequence[Table] = [Table(name=name, columns=columns) for name, columns in content]

    async def pages(self, table: Table) -> AsyncIterator[list[Row]]:
        for row in self._content[table.name]:
            yield [row]


def names_of(document: str) -> Iterable[DataRef]:
    return [DataRef(name) for name in json.loads(document)]


def silent(_what: str, _done: int, _total: int | None) -> None: ...


def blobs() -> MemoryBlobStore:
    store = MemoryBlobStore()
    for content in DATA:
        store.put(content)
    return store


def occasion() -> Occasion:
    return Occasion(release="1.0", at=NOON, settings={}, names_of=names_of, tell=silent)


def written(content: Rows | None = None, store: Blobs | None = None) -> tuple[bytes, Made]:
    """The bytes of a backup."""
    fd = os.memfd_create("backup")
    try:
        snapshot = PretendedSnapshot(content or rows())
        made = asyncio.run(create(snapshot, store or blobs(), fd, occasion()))
        return os.pread(fd, 1 << 26, 0), made
    finally:
        os.close(fd)


def looked_at(content: bytes) -> Report:
    """Raises `UsageError`."""
    fd = os.memfd_create("backup")
    try:
        os.write(fd, content)
        return verify(open_backup(fd), names_of=names_of, tell=silent)
    finally:
        os.close(fd)


def damage_of(content: bytes) -> list[tuple[str, str]]:
    return [(each.where, each.what) for each in looked_at(content).damage]


def members(content: bytes) -> dict[str, bytes]:
    """The entries of a backup."""
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]


def repacked(content: dict[str, bytes], *more: tarfile.TarInfo) -> bytes:
    """The same, padded as a backup is."""
    file = io.BytesIO()
    for name, each in content.items():
        info = tarfile.TarInfo(name)
        info.size = len(each)
        file.write(info.tobuf(tarfile.USTAR_FORMAT) + each + bytes(-len(each) % 512))
    for info in more:
        file.write(info.tobuf(tarfile.USTAR_FORMAT))
    return file.getvalue() + bytes(1024)


def sealed(content: dict[str, bytes], manifest: dict[str, Any]) -> dict[str, bytes]:
    """With another manifest, which is sealed as a right one is: what anybody can make."""
    text = json.dumps(manifest).encode()
    return {
        **content,
        "manifest.json": text,
        "manifest.sha256": hashlib.sha256(text).hexdigest().encode(),
    }


def manifest_of(content: dict[str, bytes]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(content["manifest.json"])
    return document
