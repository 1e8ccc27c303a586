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

from assay.errors import PackageInvalid
from assay.problems import unpacking
from assay.problems.archives import unpack


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
        "C:/x",
        "c:x",
    ],
)
def test_names_that_are_not_plain_are_refused(into: Path, name: str) -> None:
    assert "not plain" in refusal_of(archive_of([(name, b"1")]), into)
    assert list(into.iterdir()) == []


@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_special_files_are_refused(into: Path, kind: int) -> None:
    content = archive_of([("p/ok", b""), (special("p/odd", kind), b"")])
    assert "p/odd: is a device or another special file" in refusal_of(content, into)
    assert list(into.iterdir()) == []


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../../x", "../p/../../x", "", "a\\b", "x" * 2000, "a\0b", "a\nb"]
)
def test_links_that_lead_outside_are_refused(into: Path, target: str) -> None:
    content = archive_of([(special("p/odd", stat.S_IFLNK), target.encode())])
    assert "p/odd: is a link that leads out of the package" in refusal_of(content, into)
    assert list(into.iterdir()) == []


def test_links_within_the_package_come_out_as_links(into: Path) -> None:
    entries: list[tuple[str | zipfile.ZipInfo, bytes]] = [
        (special("p/x/link", stat.S_IFLNK), b"../file"),
        ("p/file", b"1"),
    ]
    folder = unpack_bytes(archive_of(entries), into)
    assert (folder / "x/link").readlink() == Path("../file")
    assert (folder / "x/link").read_bytes() == b"1"


def test_nothing_is_written_through_a_link(into: Path) -> None:
    entries: list[tuple[str | zipfile.ZipInfo, bytes]] = [
        (special("p/link", stat.S_IFLNK), b"."),
        ("p/link/file", b"1"),
    ]
    assert "p/link: is both a file and a folder" in refusal_of(archive_of(entries), into)


def test_only_the_right_to_execute_is_kept_of_a_mode(into: Path) -> None:
    entry = zipfile.ZipInfo("p/run")
    entry.external_attr = (stat.S_IFREG | stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX | 0o777) << 16
    folder = unpack_bytes(archive_of([(entry, b""), ("p/data", b"")]), into)
    assert stat.S_IMODE((folder / "run").stat().st_mode) & 0o7111 == 0o111
    assert stat.S_IMODE((folder / "data").stat().st_mode) & 0o7111 == 0


def test_what_macos_adds_is_passed_over(into: Path) -> None:
    names = ["p/a", "p/.DS_Store", "p/._a", "__MACOSX/p/._a", "__MACOSX/"]
    folder = unpack_bytes(archive_of([(name, b"1") for name in names]), into)
    assert folder == into / "p"
    assert [path.name for path in folder.iterdir()] == ["a"]


def test_names_in_letter_case_alone_are_two_files(into: Path) -> None:
    folder = unpack_bytes(archive_of([("p/a", b"1"), ("p/A", b"2")]), into)
    assert sorted(path.name for path in folder.iterdir()) == ["A", "a"]


def test_names_are_utf_8_with_or_without_the_flag(into: Path) -> None:
    content = archive_of([("p/\u00fc", b"1")])
    without_flag = bytearray(content)
    without_flag[6 + 1] &= ~0x08  # bit 11 of the local header's flags
    at = content.index(b"PK\x01\x02")
    without_flag[at + 8 + 1] &= ~0x08
    assert (unpack_bytes(bytes(without_flag), into) / "\u00fc").read_bytes() == b"1"


def test_bytes_around_the_archive_are_refused(into: Path) -> None:
    content = archive_of([("p/a", b"1")])
    assert "behind its end" in refusal_of(content + b"x", into)
    assert "before its beginning" in refusal_of(content + content, into)
    assert "before its beginning" in refusal_of(b"PK\x03\x04 something" + content, into)


def test_members_that_share_bytes_are_refused(into: Path) -> None:
    content = bytearray(archive_of([("p/a", b"1" * 50), ("p/b", b"1" * 50)], zipfile.ZIP_STORED))
    second = content.rindex(b"PK\x01\x02")
    struct.pack_into("<L", content, second + 42, 5)  # its data begin within the first member's
    assert "overlaps another member" in refusal_of(bytes(content), into)


def test_all_faults_are_told_at_once_up_to_a_bound(into: Path) -> None:
    told = refusal_of(archive_of([(f"p/../{number}", b"") for number in range(150)]), into)
    assert told.count("not plain") == 100
    assert "50 more entries" in told


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
