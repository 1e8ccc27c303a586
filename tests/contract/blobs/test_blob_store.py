"""The `BlobStore` port: bytes under their SHA-256, never changed, never followed elsewhere."""

from collections.abc import Callable
import hashlib
import os
from pathlib import Path
import stat

import pytest

from assay.adapters.disk.blobs import DiskBlobStore
from assay.adapters.memory.blobs import MemoryBlobStore
from assay.domain.problem import DataRef
from assay.problems.ports import BlobStore

LARGE = os.urandom(1 << 10) * 3000  # more than two chunks


@pytest.fixture(params=["memory", "disk", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "memory":
        return MemoryBlobStore()
    if request.param == "disk":
        return DiskBlobStore(tmp_path / "blobs")
    open_cached: Callable[[], BlobStore] = request.getfixturevalue("open_cached")
    return open_cached()


def read(blobs: BlobStore, ref: DataRef) -> bytes:
    with os.fdopen(blobs.open(ref), "rb") as file:
        return file.read()


@pytest.mark.parametrize("content", [b"", b"3 4\n", LARGE], ids=["empty", "small", "large"])
def test_bytes_come_back_under_their_digest(blobs: BlobStore, content: bytes) -> None:
    ref = blobs.put(content)
    assert ref == hashlib.sha256(content).hexdigest()
    assert read(blobs, ref) == content


def test_a_descriptor_is_read_from_its_start_and_stays_open(blobs: BlobStore, tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(LARGE)
    with path.open("rb") as file:
        file.seek(1000)
        ref = blobs.put(file.fileno())
        assert file.tell() == 1000
    assert read(blobs, ref) == LARGE


def test_the_same_again_changes_nothing(blobs: BlobStore) -> None:
    first = blobs.put(b"same")
    held = blobs.open(first)
    assert blobs.put(b"same") == first
    assert os.read(held, 10) == b"same"
    os.close(held)


def test_an_opened_blob_cannot_be_written_and_is_not_inherited(blobs: BlobStore) -> None:
    descriptor = blobs.open(blobs.put(b"fixed"))
    try:
        assert not os.get_inheritable(descriptor)
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(descriptor, b"x")
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    "ref", ["", "0" * 64, "../" * 21 + "a", "/etc/passwd", "AB" * 32, "ab" * 32 + "\n", "é" * 64]
)
def test_what_is_no_blob_is_not_found(blobs: BlobStore, ref: str) -> None:
    with pytest.raises(FileNotFoundError):
        blobs.open(DataRef(ref))


def test_more_than_a_digest_is_no_digest(blobs: BlobStore) -> None:
    ref = blobs.put(b"here")
    for more in ("/..", "/", "\n", "0"):
        with pytest.raises(FileNotFoundError):
            blobs.open(DataRef(ref + more))


def test_on_disk_a_blob_is_read_only_and_nothing_unfinished_is_left(tmp_path: Path) -> None:
    blobs = DiskBlobStore(tmp_path)
    ref = blobs.put(b"once")
    blobs.put(b"once")
    place = tmp_path / ref[:2] / ref[2:]
    assert stat.S_IMODE(place.stat().st_mode) == 0o444
    assert list((tmp_path / "incoming").iterdir()) == []
    assert place.stat().st_nlink == 1


def test_on_disk_a_link_in_a_blobs_place_is_not_followed(tmp_path: Path) -> None:
    blobs = DiskBlobStore(tmp_path)
    ref = blobs.put(b"real")
    place = tmp_path / ref[:2] / ref[2:]
    place.unlink()
    place.symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="symbolic links"):
        blobs.open(ref)


def test_on_disk_a_failed_put_leaves_nothing(tmp_path: Path) -> None:
    blobs = DiskBlobStore(tmp_path)
    reading, writing = os.pipe()
    try:
        with pytest.raises(OSError, match="Illegal seek"):  # a pipe cannot be read by position
            blobs.put(reading)
    finally:
        os.close(reading)
        os.close(writing)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
