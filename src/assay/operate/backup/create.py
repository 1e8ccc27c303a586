"""Making a backup while the server goes on."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import hashlib
import json
import os
from typing import Any

from assay.domain.acceptance import Acceptance
from assay.domain.problem import DataRef
from assay.operate.backup.archive import ArchiveWriter
from assay.operate.backup.manifest import (
    HEAD_NAME,
    MANIFEST_NAME,
    SEAL_NAME,
    SETTINGS_NAME,
    BlobCopies,
    Manifest,
    Origin,
    Part,
    TableCopy,
    blob_entry,
    encode_head,
    encode_manifest,
)
from assay.operate.backup.ports import Blobs, Snapshot, Table
from assay.operate.backup.rows import PartWriter, Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Tell = Callable[[str, int, int | None], None]
"""Told what is being done, how much of it is done, and of how much, if that is known."""
NamesOf = Callable[[str], Iterable[DataRef]]
"""The blobs that a problem's document names. Raises ValueError for what is no such document."""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Who makes a backup, and when. `settings`: see settings.py."""

    release: str
    at: datetime
    settings: Mapping[str, Any]
    names_of: NamesOf
    tell: Tell


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was written. `unreadable`: problems whose document is damaged in the database, so that nobody
    knows which blobs are theirs."""

    manifest: Manifest
    size_bytes: int
    unreadable: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return not (self.unreadable or self.manifest.blobs.missing)


async def create(snapshot: Snapshot, blobs: Blobs | None, fd: int, occasion: Occasion) -> Made:
    """Write a backup into a new file. `blobs`: None: they are kept elsewhere, and are not in it.

    What is missing or damaged in its place does not keep the rest from being backed up. Raises
    `Unavailable`, and OSError when the disk is full.
    """
    writer = ArchiveWriter(fd, at_seconds=(occasion.at - _EPOCH) // timedelta(seconds=1))
    writer.add(HEAD_NAME, encode_head(occasion.release))
    seen = _Seen(names_of=occasion.names_of)
    tables = tuple([await _table(snapshot, table, writer, seen, occasion.tell) for table in snapshot.tables])
    settings = writer.add(SETTINGS_NAME, json.dumps(occasion.settings, indent=1).encode())
    copies = BlobCopies(included=False, sizes={}, missing=())
    if blobs is not None:
        copies = await _blobs(blobs, sorted(seen.named), writer, occasion.tell)
    manifest = Manifest(
        origin=Origin(
            release=occasion.release,
            database=snapshot.database,
            schema=snapshot.schema,
            installation=snapshot.installation,
            timeline=snapshot.timeline,
        ),
        begun_at=occasion.at,
        newest=seen.newest,
        tables=tables,
        blobs=copies,
        settings_bytes=settings.size_bytes,
        settings_sha256=settings.sha256,
    )
    content = encode_manifest(manifest)
    writer.add(MANIFEST_NAME, content)
    writer.add(SEAL_NAME, hashlib.sha256(content).hexdigest().encode())
    writer.finish()
    return Made(manifest=manifest, size_bytes=writer.size_bytes, unreadable=tuple(seen.unreadable))


@dataclass(kw_only=True)
class _Seen:
    """What is noted of the rows as they pass."""

    names_of: NamesOf
    newest: Acceptance | None = None
    named: set[DataRef] = field(default_factory=set)
    unreadable: list[str] = field(default_factory=list)

    def note(self, table: Table, row: Row) -> None:
        if table.name == "submissions":
            values = dict(zip(table.columns, row, strict=True))
            submission_id, created_at = values["id"], values["created_at"]
            assert isinstance(submission_id, str)  # noqa: S101 - the column says so, as below
            assert isinstance(created_at, int)  # noqa: S101
            if self.newest is None or submission_id > self.newest.id:
                self.newest = Acceptance(id=submission_id, at=_EPOCH + timedelta(microseconds=created_at))
        elif table.name == "problem_versions":
            values = dict(zip(table.columns, row, strict=True))
            try:
                self.named.update(self.names_of(str(values["document"])))
            except ValueError:
                self.unreadable.append(str(values["problem_id"]))


async def _table(
    snapshot: Snapshot, table: Table, writer: ArchiveWriter, seen: _Seen, tell: Tell
) -> TableCopy:
    copy = TableCopy(name=table.name, columns=table.columns, rows=0, parts=())
    parts: list[Part] = []
    rows, part = 0, PartWriter()
    tell(table.name, 0, None)
    async for page in snapshot.pages(table):
        for row in page:
            seen.note(table, row)
            part.add(row)
            if part.is_full:
                parts.append(_write(part, copy.entry(len(parts) + 1), writer))
                part = PartWriter()
        rows += len(page)
        tell(table.name, rows, None)
    if part.rows:
        parts.append(_write(part, copy.entry(len(parts) + 1), writer))
    return TableCopy(name=table.name, columns=table.columns, rows=rows, parts=tuple(parts))


def _write(part: PartWriter, name: str, writer: ArchiveWriter) -> Part:
    written = writer.add(name, part.packed())
    return Part(
        rows=part.rows, text_bytes=part.text_bytes, size_bytes=written.size_bytes, sha256=written.sha256
    )


async def _blobs(blobs: Blobs, names: list[DataRef], writer: ArchiveWriter, tell: Tell) -> BlobCopies:
    sizes: dict[str, int] = {}
    missing: list[str] = []
    tell("test data", 0, len(names))
    for done, name in enumerate(names, 1):
        size = await _blob(blobs, name, writer)
        if size is None:
            missing.append(name)
        else:
            sizes[name] = size
        tell("test data", done, len(names))
    return BlobCopies(included=True, sizes=sizes, missing=tuple(missing))


async def _blob(blobs: Blobs, name: DataRef, writer: ArchiveWriter) -> int | None:
    """Its size; None when it is not there, or damaged."""
    try:
        fd = await asyncio.to_thread(blobs.open, name)
    except FileNotFoundError:
        return None
    try:
        return writer.add_file(blob_entry(name), fd, sha256=name)
    finally:
        os.close(fd)
