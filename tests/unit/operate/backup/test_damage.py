"""Whatever happens to a backup, looking at it says so: all of it at once, and without a traceback."""

import gzip
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from assay.adapters.memory.blobs import MemoryBlobStore
from assay.errors import UsageError
from tests.unit.operate.backup.made import (
    DATA,
    REFS,
    damage_of,
    looked_at,
    manifest_of,
    members,
    repacked,
    rows,
    sealed,
    written,
)

WHOLE, _ = written()


def test_a_whole_one_is_whole() -> None:
    report = looked_at(WHOLE)
    assert report.damage == []
    assert report.manifest is not None
    assert report.manifest.origin.timeline == 3
    assert repacked(members(WHOLE)) is not None
    assert damage_of(repacked(members(WHOLE))) == []


def test_any_tar_reads_it() -> None:
    found = members(WHOLE)
    assert next(iter(found)) == "assay-backup.json"
    assert list(found)[-2:] == ["manifest.json", "manifest.sha256"]
    assert gzip.decompress(found["tables/problems/000001.jsonl.gz"]) == b'["sum","v1"]\n'


def test_the_same_rows_give_the_same_bytes() -> None:
    assert written()[0] == WHOLE


@pytest.mark.parametrize("content", [b"", b"x" * 5000, bytes(20_480), repacked({"a": b"b"}), WHOLE[:100]])
def test_what_is_no_backup_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError, match="no backup"):
        looked_at(content)


def test_a_later_format_is_refused_by_its_number() -> None:
    with pytest.raises(UsageError, match=r"format 2, and this release reads 1"):
        looked_at(repacked({**members(WHOLE), "assay-backup.json": b'{"format": 2}'}))


@pytest.mark.parametrize("name", list(members(WHOLE)))
def test_an_entry_that_is_not_there_is_missed(name: str) -> None:
    rest = {key: value for key, value in members(WHOLE).items() if key != name}
    damage = damage_of(repacked(rest))
    expected = "manifest.json" if name == "manifest.sha256" else name
    assert any(where == expected for where, _ in damage), damage


@pytest.mark.parametrize("name", list(members(WHOLE)))
def test_an_entry_with_a_flipped_bit_is_found(name: str) -> None:
    content = members(WHOLE)
    flipped = bytearray(content[name])
    flipped[len(flipped) // 2] ^= 1
    damage = damage_of(repacked({**content, name: bytes(flipped)}))
    expected = "manifest.json" if name == "manifest.sha256" else name
    assert any(where == expected for where, _ in damage), damage


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_byte_is_found(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(WHOLE) - 1))
    changed = bytearray(WHOLE)
    changed[at] ^= data.draw(st.integers(1, 255))
    block = WHOLE[at - at % 512 :][:512]
    is_harmless = (
        block[257:262] == b"ustar" or at < 2048
    )  # a name's rest or a time in a header; the first words
    try:
        assert damage_of(bytes(changed)) or is_harmless, at
    except UsageError:
        assert at < 2048


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(WHOLE) - 1))
def test_any_cut_is_found(size: int) -> None:
    try:
        assert damage_of(WHOLE[:size])
    except UsageError as error:
        assert size < 1024, error  # noqa: PT017


def test_all_damage_is_told_at_once() -> None:
    content = members(WHOLE)
    damaged = {
        name: bytes([value[0] ^ 1]) + value[1:] if name.startswith(("blobs/", "tables/jobs")) else value
        for name, value in content.items()
        if name != "tables/events/000001.jsonl.gz"
    }
    found = {where for where, _ in damage_of(repacked(damaged))}
    blobs = {f"blobs/{ref[:2]}/{ref[2:]}" for ref in REFS}
    assert found == {*blobs, "tables/jobs/000001.jsonl.gz", "tables/events/000001.jsonl.gz"}


def test_a_header_that_is_damaged_hides_its_entry_alone() -> None:
    at = WHOLE.index(b"tables/jobs/")
    damaged = WHOLE[:at] + b"T" + WHOLE[at + 1 :]
    assert [where for where, _ in damage_of(damaged)] == [f"byte {at}", "tables/jobs/000001.jsonl.gz"]


@pytest.mark.parametrize(
    ("table", "change", "expected"),
    [
        ("submission_files", lambda found: found.pop(), None),
        (
            "submission_files",
            lambda found: (found.pop(), found.pop()),
            "submissions without submission_files",
        ),
        ("submissions", lambda found: found.pop(), "submission_files of submissions"),
        ("events", lambda found: found.clear(), "submissions without events"),
        ("judgements", lambda found: found.clear(), "runs of judgements"),
        ("problem_versions", lambda found: found.clear(), "submissions of problem_versions"),
        ("idempotency_keys", lambda found: found.append(["l", "nobody"]), "idempotency_keys of submissions"),
    ],
)
def test_rows_that_belong_together_are_all_there(table: str, change: Any, expected: str | None) -> None:
    content = rows()
    change(next(found for (name, _), found in content.items() if name == table))
    found = {where for where, _ in damage_of(written(content)[0])}
    assert found == set() if expected is None else expected in found


def test_what_is_missing_is_named_and_not_without_end() -> None:
    content = rows()
    jobs = next(found for (name, _), found in content.items() if name == "jobs")
    jobs += [[f"lost {n}", "pending"] for n in range(30)]
    damage = damage_of(written(content)[0])
    assert len(damage) == 21
    assert damage[0] == ("jobs of submissions", "lost 0: what it belongs with is missing")
    assert damage[-1] == ("jobs of submissions", "and 10 more")


def test_blobs_that_a_problem_names_and_nobody_has() -> None:
    store = MemoryBlobStore()
    store.put(DATA[0])
    content, made = written(store=store)
    assert (made.is_whole, made.manifest.blobs.missing) == (False, tuple(sorted(REFS[1:])))
    report = looked_at(content)
    assert report.can_be_restored
    assert [each.where for each in report.damage] == ["problem sum"] * 2

    everything = members(WHOLE)
    manifest = manifest_of(everything)
    del manifest["blobs"]["sizes"][REFS[0]]  # the backup lost it
    del everything[f"blobs/{REFS[0][:2]}/{REFS[0][2:]}"]
    report = looked_at(repacked(sealed(everything, manifest)))
    assert not report.can_be_restored
    assert [each.what for each in report.damage] == [f"its blob {REFS[0]} is missing"]


def test_blobs_with_other_bytes_than_their_names_are_not_put_in() -> None:
    class Liar(MemoryBlobStore):
        def open(self, ref: Any) -> int:
            return super().open(REFS[0] if ref == REFS[2] else ref)  # type: ignore[arg-type]

    store = Liar()
    for content in DATA:
        store.put(content)
    content, made = written(store=store)
    assert made.manifest.blobs.missing == (REFS[2],)
    assert f"blobs/{REFS[2][:2]}/{REFS[2][2:]}" not in members(content)
    assert len(looked_at(content).damage) == 1


def test_a_problem_that_cannot_be_read_keeps_nothing_else_out() -> None:
    content = rows()
    content["problem_versions", ("problem_id", "version", "document")].append(["odd", "v2", "{"])
    backup, made = written(content)
    assert made.unreadable == ("odd",)
    report = looked_at(backup)
    assert [each.where for each in report.damage] == ["problem odd"]
    assert report.can_be_restored
