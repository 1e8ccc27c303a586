"""Archives made with bad intent stay in their folder, in their bounds, and without a traceback."""

from contextlib import suppress
import io
from pathlib import Path
import random
import stat
import struct
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from assay.api import unpack as unpacking
from assay.api.unpack import unpack
from assay.errors import PackageInvalid


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def archive_of(
    entries: list[tuple[str | zipfile.ZipInfo, bytes]], compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def unpack_bytes(content: bytes, into: Path) -> Path:
    archive = into.parent / "upload.zip"
    archive.write_bytes(content)
    return unpack(archive, into)


def refusal_of(content: bytes, into: Path) -> str:
    with pytest.raises(PackageInvalid) as refused:
        unpack_bytes(content, into)
    return str(refused.value)


def special(name: str, kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (kind | 0o644) << 16
    return entry


def test_files_and_folders_come_out(into: Path) -> None:
    content = archive_of([("p/", b""), ("p/a b.txt", b"1"), ("p/x/y/z", b"2"), ("p/ü", b"3")])
    folder = unpack_bytes(content, into)
    assert folder == into / "p"
    assert (folder / "a b.txt").read_bytes() == b"1"
    assert (folder / "x/y/z").read_bytes() == b"2"
    assert (folder / "ü").read_bytes() == b"3"


@pytest.mark.parametrize(
    "name",
    [
        "../a",
        "/a",
        "a/../../b",
        "a//b",
        "./a",
        "a/.",
        "a\\b",
        "a\nb",
        "a/" * 17 + "b",
        "x" * 256,
        "..",
        "\u202eexe",
    ],
)
def test_names_that_are_not_plain_are_refused(into: Path, name: str) -> None:
    assert "not plain" in refusal_of(archive_of([(name, b"1")]), into)
    assert list(into.iterdir()) == []


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_special_files_are_refused(into: Path, kind: int) -> None:
    content = archive_of([("p/ok", b""), (special("p/odd", kind), b"/etc/passwd")])
    assert "p/odd: is a link or a special file" in refusal_of(content, into)
    assert list(into.iterdir()) == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a", "a"), ("a", "a/"), ("a", "a/b"), ("a/b", "a")])
def test_a_name_stands_for_one_thing(into: Path, names: tuple[str, str]) -> None:
    refusal_of(archive_of([(names[0], b"1"), (names[1], b"" if names[1].endswith("/") else b"2")]), into)


def test_other_compressions_are_refused(into: Path) -> None:
    assert "other than deflate" in refusal_of(archive_of([("a", b"1" * 99)], zipfile.ZIP_LZMA), into)


def test_encryption_is_refused(into: Path) -> None:
    content = bytearray(archive_of([("a", b"1")]))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert "encrypted" in refusal_of(bytes(content), into)


def test_a_bomb_is_stopped_by_what_comes_out(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "RATIO_FREE_BYTES", 1 << 20)
    assert "unpacks to more" in refusal_of(archive_of([("p/zeros", bytes(4 << 20))]), into)
    assert sum(path.stat().st_size for path in into.rglob("*") if path.is_file()) <= 1 << 20


def test_all_entries_share_one_bound(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "UNPACKED_BYTES_MAX", 1 << 20)
    entries: list[tuple[str | zipfile.ZipInfo, bytes]] = [
        (f"p/{n}", random.Random(n).randbytes(300_000))  # noqa: S311  it need only not compress
        for n in range(4)
    ]
    assert "p/3: unpacks to more" in refusal_of(archive_of(entries), into)


def test_too_many_entries_are_refused_before_they_are_read(
    into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "ENTRIES_MAX", 3)
    assert "more than 3 entries" in refusal_of(archive_of([(f"p/{n}", b"") for n in range(4)]), into)
    assert list(into.iterdir()) == []


def test_a_lying_count_does_not_help(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "ENTRIES_MAX", 3)
    content = bytearray(archive_of([(f"p/{n}", b"") for n in range(4)]))
    struct.pack_into("<2H", content, len(content) - 14, 1, 1)
    assert "more than 3 entries" in refusal_of(bytes(content), into)


def test_a_long_table_of_contents_is_refused_before_it_is_parsed(
    into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("it was parsed")

    content = bytearray(archive_of([("p/a", b"")]))
    struct.pack_into("<L", content, len(content) - 10, 1 << 30)
    monkeypatch.setattr(zipfile, "ZipFile", never)
    assert "table of contents too long" in refusal_of(bytes(content), into)


def test_zip64_is_refused(into: Path) -> None:
    content = archive_of([("p/a", b"")])
    end = len(content) - 22
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    assert "Zip64" in refusal_of(content[:end] + locator + content[end:], into)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06", b"x" * 100_000, b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_refused(into: Path, content: bytes) -> None:
    refusal_of(content, into)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_no_damage_gets_past_a_refusal(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Flip bytes anywhere, or cut: either it unpacks inside its folder, or it is refused."""
    content = bytearray(archive_of([("p/a", b"hello " * 50), ("p/b/c", b"1")]))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content
    parent = tmp_path_factory.mktemp("damage")
    into = parent / "into"
    into.mkdir()
    with suppress(PackageInvalid):
        unpack_bytes(bytes(content), into)
    assert {path.name for path in parent.iterdir()} == {"into", "upload.zip"}
