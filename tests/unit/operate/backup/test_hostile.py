"""A backup that a stranger has made, hashes and all: what is wrong is told, and nothing is unpacked."""

import gzip
import hashlib
import io
import tarfile
import tracemalloc
from typing import Any

import pytest

from assay.operate.backup import archive
from assay.operate.backup import rows as row_text
from tests.unit.operate.backup.made import (
    SUBMISSIONS,
    damage_of,
    looked_at,
    manifest_of,
    members,
    repacked,
    sealed,
    written,
)

WHOLE, _ = written()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "blobs/../../x", "tables/jobs/x", "x" * 99]
)
def test_an_entry_with_another_name_is_none(name: str) -> None:
    assert damage_of(repacked({name: b"x", **members(WHOLE)}))[0][0] == "byte 0"


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.XHDTYPE]
)
def test_an_entry_of_another_kind_is_none(kind: bytes) -> None:
    info = tarfile.TarInfo("settings.json")
    info.type, info.linkname = kind, "/etc/passwd"
    damage = damage_of(repacked(members(WHOLE), info))
    assert [what for _, what in damage] == ["no entry of a backup begins here, or its head is damaged"]


def test_an_entry_that_is_there_twice_is_told() -> None:
    damage = damage_of(repacked(members(WHOLE), tarfile.TarInfo("settings.json")))
    assert ("settings.json", "is there twice") in damage


def test_an_entry_that_nobody_lists_is_told() -> None:
    name = "blobs/00/" + "0" * 62
    assert (name, "is not in the manifest") in damage_of(repacked({**members(WHOLE), name: b""}))


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that says it has a line of 4 MB, and has one of 400 MB, with the right hash of it all."""
    monkeypatch.setattr(row_text, "ROW_BYTES_MAX", 4 << 20)
    name = "tables/jobs/000001.jsonl.gz"
    bomb = gzip.compress(b'["' + b"x" * (400 << 20), mtime=0)
    content = members(WHOLE)
    manifest = manifest_of(content)
    (part,) = next(table for table in manifest["tables"] if table["name"] == "jobs")["parts"]
    part.update(size_bytes=len(bomb), sha256=hashlib.sha256(bomb).hexdigest(), text_bytes=4 << 20)
    hostile = repacked(sealed({**content, name: bomb}, manifest))
    tracemalloc.start()
    damage = damage_of(hostile)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert damage == [(name, f"a row has more than {4 << 20} bytes")]
    assert peak < 64 << 20


@pytest.mark.parametrize(
    "line",
    [
        b"{}\n",
        b"[]\n",
        b'["a"]\n',
        b"[1,[2]]\n",
        b'[1,{"b":"?"}]\n',
        b'[1,{"c":"QQ=="}]\n',
        b"\xff\n",
        b"[" * 9999,
    ],
)
def test_rows_of_another_make_are_told(line: bytes) -> None:
    with pytest.raises(row_text.Damaged):
        list(row_text.read_rows(io.BytesIO(gzip.compress(line)), width=2))


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, -1, True, 10**400])
def test_a_manifest_with_anything_else_in_any_field_is_no_bug(value: Any) -> None:
    content = members(WHOLE)
    manifest = manifest_of(content)

    def spots(node: Any) -> list[tuple[Any, Any]]:
        if isinstance(node, dict):
            keys: list[Any] = list(node)
        elif isinstance(node, list):
            keys = list(range(len(node)))
        else:
            return []
        return [*((node, key) for key in keys), *(spot for key in keys for spot in spots(node[key]))]

    for node, key in spots(manifest):
        before = node[key]
        node[key] = value
        looked_at(repacked(sealed(content, manifest)))
        node[key] = before


def test_more_entries_than_anybody_has_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "ENTRIES_MAX", 3)
    assert "there are more than 3 entries" in [what for _, what in damage_of(WHOLE)]


def test_submissions_are_in_the_months_of_their_identities() -> None:
    (month,) = looked_at(WHOLE).months
    assert (month.year, month.day, month.hour) == (2025, 1, 0)
    assert SUBMISSIONS[0].startswith("0196c4a0")
