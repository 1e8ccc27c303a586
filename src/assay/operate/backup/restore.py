"""Putting a backup that was found whole into an empty installation."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
import json
import tempfile
from typing import Any

from assay.domain.problem import DataRef
from assay.errors import Unavailable, UsageError
from assay.operate.backup.archive import Archive, Entry
from assay.operate.backup.create import Tell
from assay.operate.backup.manifest import HEAD_BYTES_MAX, SETTINGS_NAME, Manifest, TableCopy, blob_entry
from assay.operate.backup.ports import Blobs, Loader
from assay.operate.backup.rows import Row
from assay.operate.backup.verify import Reader

BLOB_BYTES_IN_MEMORY = 8 << 20
LOAD_BYTES = 4 << 20  # of text; rows that go to the database at once


@dataclass(frozen=True, kw_only=True)
class Restored:
    """How much of what is there now. `requeued`: submissions that were being judged, and wait again."""

    rows: Mapping[str, int]
    blobs: int
    requeued: int


async def restore(
    archive: Archive,
    manifest: Manifest,
    blobs: Blobs,
    open_loader: Callable[[], AbstractAsyncContextManager[Loader]],
    *,
    at: datetime,
    tell: Tell,
) -> Restored:
    """Test data, which are named by what they are and do no harm without rows; and all rows in one
    transaction, which ends after both.

    Raises `UsageError` when the database is not empty or can have no such rows, and `Unavailable`.
    """
    reader = Reader(archive, manifest)
    async with open_loader() as loader:
        for done, name in enumerate(manifest.blobs.sizes, 1):
            await asyncio.to_thread(_put, archive, name, blobs)
            tell("test data", done, len(manifest.blobs.sizes))
        for table in manifest.tables:
            await _load(reader, table, loader, tell)
        requeued = await loader.settle(at=at)
    return Restored(
        rows={table.name: table.rows for table in manifest.tables},
        blobs=len(manifest.blobs.sizes),
        requeued=requeued,
    )


def settings_of(archive: Archive) -> Mapping[str, Any]:
    """What the backup has of the environment, as `without_secrets` made it. Raises `UsageError`."""
    content = archive.read(SETTINGS_NAME, bytes_max=HEAD_BYTES_MAX)
    try:
        document = json.loads(content or b"")
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise UsageError("the settings in the backup cannot be read")
    return document


def _put(archive: Archive, name: str, blobs: Blobs) -> None:
    entry = archive.entries[blob_entry(name)]
    if entry.size_bytes <= BLOB_BYTES_IN_MEMORY:
        kept = blobs.put(b"".join(archive.chunks(entry)))
    else:
        kept = _put_large(archive, entry, blobs)
    if kept != name:  # it was the right one a minute ago
        raise Unavailable(f"the backup changed while it was read: {blob_entry(name)}")


def _put_large(archive: Archive, entry: Entry, blobs: Blobs) -> DataRef:
    with tempfile.TemporaryFile() as file:
        for chunk in archive.chunks(entry):
            file.write(chunk)
        file.flush()
        return blobs.put(file.fileno())


async def _load(reader: Reader, table: TableCopy, loader: Loader, tell: Tell) -> None:
    tell(table.name, 0, table.rows)
    done = 0
    for number in range(1, len(table.parts) + 1):
        rows: list[Row] = []
        gathered = 0
        for row, length in reader.part(table, number):
            rows.append(row)
            gathered += length
            if gathered >= LOAD_BYTES:
                await loader.load(table.name, table.columns, rows)
                done += len(rows)
                rows, gathered = [], 0
        if rows:
            await loader.load(table.name, table.columns, rows)
            done += len(rows)
        tell(table.name, done, table.rows)
