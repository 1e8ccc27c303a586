"""Tar files made with bad intent stay in their folder, in their bounds, and without a traceback."""

import bz2
from collections.abc import Callable
from contextlib import suppress
import gzip
import io
import lzma
from pathlib import Path
import stat
import tarfile

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from assay.errors import PackageInvalid
from assay.problems import unpacking
from assay.problems.archives import is_archive, stem_of, unpack


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def entry(name: str, kind: bytes = tarfile.REGTYPE, **attributes: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    for key, value in attributes.items():
        setattr(info, key, value)
    return info


def tar_of(*entries: tarfile.TarInfo | tuple[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for each in entries:
            if isinstance(each, tarfile.TarInfo):
                archive.addfile(each, io.BytesIO(bytes(each.size)))
            else:
                info = tarfile.TarInfo(each[0])
                info.size = len(each[1])
                archive.addfile(info, io.BytesIO(each[1]))
    return buffer.getvalue()


def unpack_bytes(content: bytes, into: Path) -> Path:
    archive = into.parent / "upload.tar"
    archive.write_bytes(content)
    return unpack(archive, into)


def refusal_of(content: bytes, into: Path) -> str:
    with pytest.raises(PackageInvalid) as refused:
        unpack_bytes(content, into)
    return str(refused.value)


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS.keys())
@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_files_folders_and_links_come_out(into: Path, pack: Callable[[bytes], bytes], form: int) -> None:
    long = "p/" + "x" * 90 + "/" + "y" * 90
    content = tar_of(
        entry("./", tarfile.DIRTYPE),
        entry("./p", tarfile.DIRTYPE),
        ("./p/a", b"1" * 1000),
        ("p/ü", b""),
        (long, b"3"),
        entry("p/soft", tarfile.SYMTYPE, linkname="a"),
        entry("p/hard", tarfile.LNKTYPE, linkname="./p/a"),
        ("p/.DS_Store", b"x"),
        form=form,
    )
    folder = unpack_bytes(pack(content), into)
    assert is_archive(into.parent / "upload.tar")
    assert folder == into / "p"
    assert (folder / "a").read_bytes() == (folder / "hard").read_bytes() == b"1" * 1000
    assert (folder / "soft").readlink() == Path("a")
    assert (into / long).read_bytes() == b"3"
    assert not (folder / ".DS_Store").exists()
    assert (folder / "hard").stat().st_nlink == 1


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "a//b", "a\\b", "a\nb", "x" * 256, "..", "C:/x"])
def test_names_that_are_not_plain_are_refused(into: Path, name: str) -> None:
    assert "not plain" in refusal_of(tar_of((name, b"1")), into)
    assert list(into.iterdir()) == []


def test_a_name_that_is_not_utf_8_is_refused(into: Path) -> None:
    content = bytearray(tar_of(("p/aaa", b"1"), form=tarfile.USTAR_FORMAT))
    content[2:5] = b"\xff\xfe\xfd"
    total = sum(content[:148]) + sum(content[156:512]) + 8 * 32  # the checksum is over the name, too
    content[148:156] = b"%06o\0 " % total
    assert "not plain" in refusal_of(bytes(content), into)


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"Z"])
def test_special_files_are_refused(into: Path, kind: bytes) -> None:
    told = refusal_of(tar_of(("p/ok", b""), entry("p/odd", kind)), into)
    assert "p/odd: is a device" in told
    assert list(into.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (tarfile.SYMTYPE, "/etc/passwd"),
        (tarfile.SYMTYPE, "../../x"),
        (tarfile.LNKTYPE, "/etc/passwd"),
        (tarfile.LNKTYPE, "../x"),
    ],
)
def test_links_that_lead_outside_are_refused(into: Path, kind: bytes, target: str) -> None:
    told = refusal_of(tar_of(entry("p/odd", kind, linkname=target)), into)
    assert "p/odd: is a link that leads out of the package" in told


def test_a_hard_link_is_to_a_file_before_it(into: Path) -> None:
    told = refusal_of(tar_of(entry("p/a", tarfile.LNKTYPE, linkname="p/b"), ("p/b", b"1")), into)
    assert "p/a: is a hard link to no file before it" in told


def test_hard_links_count_as_what_they_copy(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "UNPACKED_BYTES_MAX", 1 << 20)
    links = [entry(f"p/{number}", tarfile.LNKTYPE, linkname="p/a") for number in range(9)]
    assert "unpacks to more" in refusal_of(tar_of(("p/a", bytes(200_000)), *links), into)


@pytest.mark.parametrize("names", [("a", "a"), ("a", "a/b"), ("a/b", "a")])
def test_a_name_stands_for_one_thing(into: Path, names: tuple[str, str]) -> None:
    refusal_of(tar_of((names[0], b"1"), (names[1], b"2")), into)
    assert list(into.iterdir()) == []


def test_modes_are_dropped_but_for_execution(into: Path) -> None:
    info = entry("p/run", mode=0o7777)
    folder = unpack_bytes(tar_of(info, ("p/a", b"")), into)
    assert stat.S_IMODE((folder / "run").stat().st_mode) & 0o7111 == 0o111
    assert stat.S_IMODE((folder / "a").stat().st_mode) & 0o7111 == 0


def test_sparse_files_are_refused(into: Path) -> None:
    info = entry("p/a", pax_headers={"GNU.sparse.map": "0,1", "GNU.sparse.size": str(1 << 40)})
    assert "p/a: is a sparse file" in refusal_of(tar_of(info), into)


def test_too_many_entries_are_refused_before_the_library_sees_them(
    into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was parsed")

    content = tar_of(*((f"p/{number}", b"") for number in range(5)))
    monkeypatch.setattr(unpacking, "ENTRIES_MAX", 3)
    monkeypatch.setattr(tarfile, "open", never)
    assert "more than 3 entries" in refusal_of(content, into)


def test_long_attributes_are_refused_before_the_library_reads_them(into: Path) -> None:
    content = tar_of(entry("p/a", pax_headers={"comment": "x" * 100_000}))
    assert "too long" in refusal_of(content, into)


def test_a_bomb_is_stopped_by_what_comes_out(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "RATIO_FREE_BYTES", 1 << 20)
    content = lzma.compress(tar_of(("p/zeros", bytes(8 << 20))))
    assert "unpacks to more" in refusal_of(content, into)
    assert list(into.iterdir()) == []


def test_xz_may_not_ask_for_much_memory(into: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30, "preset": 0}]
    content = lzma.compress(tar_of(("p/a", b"1")), filters=filters)
    assert "is not a sound tar file: Memory usage limit" in refusal_of(content, into)


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS.keys())
def test_what_is_cut_off_is_refused(into: Path, pack: Callable[[bytes], bytes]) -> None:
    content = pack(tar_of(("p/a", bytes(range(256)) * 400), ("p/b", b"2")))
    for part in (0.3, 0.6, 0.9):
        refusal_of(content[: int(len(content) * part)], into)
        assert list(into.iterdir()) == []


def test_an_archive_without_its_end_mark_is_refused(into: Path) -> None:
    content = tar_of(("p/a", b"1"))
    assert "its end is missing" in refusal_of(content[:1024], into)


def test_bytes_behind_the_end_are_refused(into: Path) -> None:
    content = tar_of(("p/a", b"1"))
    assert "behind its end" in refusal_of(content + b"x", into)
    assert "behind its end" in refusal_of(content + content, into)
    assert "behind its end" in refusal_of(lzma.compress(content) + b"x" * 100, into)


def test_two_sizes_for_one_entry_are_refused(into: Path) -> None:
    info = entry("p/a", size=512, pax_headers={"size": "1024"})
    told = refusal_of(tar_of(info, ("p/b", b"")), into)
    assert "the archive" in told


def test_zstd_is_named(into: Path) -> None:
    assert "zstd" in refusal_of(b"\x28\xb5\x2f\xfd" + bytes(600), into)


@pytest.mark.parametrize(
    "content",
    [gzip.compress(b"x" * 5000), lzma.compress(b""), b"BZh9", b"\x1f\x8b"],
    ids=["gzip", "xz", "cut bzip2", "cut gzip"],  # by name: gzip writes the time of day into what it makes
)
def test_compressed_things_that_are_no_tar_are_refused(into: Path, content: bytes) -> None:
    refusal_of(content, into)


@pytest.mark.parametrize(
    ("name", "stem"), [("a.zip", "a"), ("b.tar.gz", "b"), ("c.TGZ", "c"), ("d.kpp", "d"), ("e", "e")]
)
def test_the_stem_of_a_name(name: str, stem: str) -> None:
    assert stem_of(name) == stem


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_no_damage_gets_past_a_refusal(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Flip bytes anywhere, or cut: either it unpacks inside its folder, or it is refused."""
    pack = PACKERS[data.draw(st.sampled_from(sorted(PACKERS)))]
    form = data.draw(st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))
    plain = tar_of(
        ("p/a", b"hello " * 50),
        ("p/" + "b" * 120, b"1"),
        entry("p/soft", tarfile.SYMTYPE, linkname="a"),
        entry("p/hard", tarfile.LNKTYPE, linkname="p/a"),
        form=form,
    )
    inside = data.draw(st.booleans())
    content = bytearray(plain if inside else pack(plain))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content
    parent = tmp_path_factory.mktemp("damage")
    into = parent / "into"
    into.mkdir()
    with suppress(PackageInvalid):
        unpack_bytes(pack(bytes(content)) if inside else bytes(content), into)
    assert {path.name for path in parent.iterdir()} == {"into", "upload.tar"}
