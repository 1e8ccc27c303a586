"""What a backup says of itself, and its reading with suspicion."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
import json
import re
from typing import Any

from assay.domain.acceptance import Acceptance

FORMAT = 1  # raised when a reader of this release would go wrong

HEAD_NAME = "assay-backup.json"
SETTINGS_NAME = "settings.json"
MANIFEST_NAME = "manifest.json"
SEAL_NAME = "manifest.sha256"

MANIFEST_BYTES_MAX = 1 << 30  # a million blobs are 100 MB
HEAD_BYTES_MAX = 1 << 16

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SCHEMA = re.compile(r"[0-9]{4}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,62}")


class NotAManifest(ValueError):
    """The message says which field is not as it should be."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What was backed up. `installation` and `timeline`: None before the schema knew of them."""

    release: str
    database: str
    schema: str
    installation: str | None
    timeline: int | None


@dataclass(frozen=True, kw_only=True)
class Part:
    """An entry with rows. `text_bytes`: when it is decompressed."""

    rows: int
    text_bytes: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class TableCopy:
    """A table's rows, in parts that are numbered from 1."""

    name: str
    columns: tuple[str, ...]
    rows: int
    parts: tuple[Part, ...]

    def entry(self, number: int) -> str:
        return f"tables/{self.name}/{number:06}.jsonl.gz"


@dataclass(frozen=True, kw_only=True)
class BlobCopies:
    """The test data. `sizes`: bytes by SHA-256, of those that are in. `missing`: those that were not to be
    had, or damaged, where they should have been. Not `included`: they are kept elsewhere."""

    included: bool
    sizes: Mapping[str, int]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`begun_at`: the instant that the rows are of, to some milliseconds. `newest`: of the submissions."""

    origin: Origin
    begun_at: datetime
    newest: Acceptance | None
    tables: tuple[TableCopy, ...]
    blobs: BlobCopies
    settings_bytes: int
    settings_sha256: str

    def table(self, name: str) -> TableCopy | None:
        return next((table for table in self.tables if table.name == name), None)


def blob_entry(sha256: str) -> str:
    return f"blobs/{sha256[:2]}/{sha256[2:]}"


def encode_head(release: str) -> bytes:
    return json.dumps({"format": FORMAT, "release": release}).encode()


def format_of(head: bytes) -> int:
    """The number of the format. Raises `NotAManifest`."""
    return _number(_document(head), "format")


def encode_manifest(manifest: Manifest) -> bytes:
    document = asdict(manifest)
    document["format"] = FORMAT
    document["begun_at"] = manifest.begun_at.isoformat()
    if manifest.newest is not None:
        document["newest"]["at"] = manifest.newest.at.isoformat()
    return json.dumps(document, separators=(",", ":")).encode()


def decode_manifest(content: bytes) -> Manifest:
    """Raises `NotAManifest`."""
    document = _document(content)
    origin, newest, blobs = _object(document, "origin"), document.get("newest"), _object(document, "blobs")
    timeline = origin.get("timeline")
    return Manifest(
        origin=Origin(
            release=_text(origin, "release"),
            database=_text(origin, "database"),
            schema=_matching(_text(origin, "schema"), _SCHEMA, "schema"),
            installation=None if origin.get("installation") is None else _text(origin, "installation"),
            timeline=None if timeline is None else _number(origin, "timeline"),
        ),
        begun_at=_instant(document, "begun_at"),
        newest=None if newest is None else _acceptance(newest),
        tables=tuple(_table(each) for each in _list(document, "tables")),
        blobs=BlobCopies(
            included=blobs.get("included") is True,
            sizes={
                _matching(name, _SHA256, "blobs.sizes"): _number(_object(blobs, "sizes"), name)
                for name in _object(blobs, "sizes")
            },
            missing=tuple(_matching(str(name), _SHA256, "blobs.missing") for name in _list(blobs, "missing")),
        ),
        settings_bytes=_number(document, "settings_bytes"),
        settings_sha256=_matching(_text(document, "settings_sha256"), _SHA256, "settings_sha256"),
    )


def _acceptance(document: object) -> Acceptance:
    if not isinstance(document, dict):
        raise NotAManifest("newest")
    return Acceptance(id=_text(document, "id"), at=_instant(document, "at"))


def _table(document: object) -> TableCopy:
    if not isinstance(document, dict):
        raise NotAManifest("tables")
    return TableCopy(
        name=_matching(_text(document, "name"), _WORD, "tables.name"),
        columns=tuple(_matching(str(name), _WORD, "tables.columns") for name in _list(document, "columns")),
        rows=_number(document, "rows"),
        parts=tuple(_part(each) for each in _list(document, "parts")),
    )


def _part(document: object) -> Part:
    if not isinstance(document, dict):
        raise NotAManifest("tables.parts")
    return Part(
        rows=_number(document, "rows"),
        text_bytes=_number(document, "text_bytes"),
        size_bytes=_number(document, "size_bytes"),
        sha256=_matching(_text(document, "sha256"), _SHA256, "tables.parts.sha256"),
    )


def _document(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise NotAManifest("it is no JSON") from None
    if not isinstance(document, dict):
        raise NotAManifest("it is no JSON object")
    return document


def _object(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name)
    if not isinstance(value, dict):
        raise NotAManifest(name)
    return value


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    value = document.get(name)
    if not isinstance(value, list):
        raise NotAManifest(name)
    return value


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value.isprintable():
        raise NotAManifest(name)
    return value


def _number(document: Mapping[str, Any], name: str) -> int:
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise NotAManifest(name)
    return value


def _instant(document: Mapping[str, Any], name: str) -> datetime:
    try:
        instant = datetime.fromisoformat(_text(document, name))
    except ValueError:
        raise NotAManifest(name) from None
    if instant.tzinfo is None:
        raise NotAManifest(name)
    return instant


def _matching(text: str, pattern: re.Pattern[str], name: str) -> str:
    if not pattern.fullmatch(text):
        raise NotAManifest(name)
    return text
