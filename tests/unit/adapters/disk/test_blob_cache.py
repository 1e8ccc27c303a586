"""The cache of blobs on disk: sound files or none, each fetched once, as many bytes as are allowed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
import os
from pathlib import Path
import stat
import threading
import time

import pytest

from assay.adapters.disk.blob_cache import CachedBlobs, UnusableBlob
from assay.adapters.disk.room import locked
from assay.domain.problem import DataRef
from assay.errors import Unavailable
from tests.unit.adapters.disk.origins import Origin

BYTES_MAX = 100_000
BLOB_BYTES = 10_000


@pytest.fixture
def origin() -> Origin:
    return Origin()


@pytest.fixture
def cache(origin: Origin, tmp_path: Path) -> CachedBlobs:
    return again(origin, tmp_path)


def again(origin: Origin, tmp_path: Path) -> CachedBlobs:
    """The same folder, as another process sees it."""
    return CachedBlobs(origin, tmp_path / "cache", bytes_max=BYTES_MAX)


def content(number: int, size: int = BLOB_BYTES) -> bytes:
    return number.to_bytes(4) * (size // 4)


def read(cache: CachedBlobs, ref: DataRef) -> bytes:
    with os.fdopen(cache.open(ref), "rb") as file:
        return file.read()


def place(tmp_path: Path, ref: DataRef) -> Path:
    return tmp_path / "cache" / ref[:2] / ref[2:]


def kept(tmp_path: Path) -> set[str]:
    return {path.parent.name + path.name for path in (tmp_path / "cache").glob("??/*")}


def files(tmp_path: Path) -> int:
    """What the cache takes on disk, each file once."""
    inodes = {}
    with locked(tmp_path / "cache/room"):  # nobody takes or makes any meanwhile
        for path in (tmp_path / "cache").rglob("*"):
            with suppress(FileNotFoundError):  # given its name while we look
                status = path.stat()
                if stat.S_ISREG(status.st_mode):
                    inodes[status.st_ino] = status.st_size
    return sum(inodes.values())


def test_what_was_fetched_once_is_there_when_the_store_is_gone(
    cache: CachedBlobs, origin: Origin, tmp_path: Path
) -> None:
    ref, absent = cache.put(content(1)), origin.put(content(2))
    assert read(cache, ref) == content(1)
    origin.is_gone = True
    assert read(cache, ref) == content(1)
    assert read(again(origin, tmp_path), ref) == content(1)
    with pytest.raises(Unavailable, match="gone"):
        cache.open(absent)
    assert origin.fetched == [ref, absent]
    origin.is_gone = False
    assert read(cache, absent) == content(2)


def test_no_more_bytes_than_allowed_and_the_longest_unused_goes_first(
    cache: CachedBlobs, origin: Origin, tmp_path: Path
) -> None:
    refs = [origin.put(content(number)) for number in range(30)]
    for number, ref in enumerate(refs):
        assert read(cache, ref) == content(number)
        os.close(cache.open(refs[0]))  # used all the time
        assert files(tmp_path) <= BYTES_MAX + 20  # and the count itself
    assert refs[0] in kept(tmp_path)
    assert kept(tmp_path) - {refs[0]} == set(refs[-len(kept(tmp_path)) + 1 :])
    assert len(kept(tmp_path)) >= 6, "it is not emptied for one file"
    assert origin.fetched == refs


def test_the_bound_holds_for_all_processes_together(origin: Origin, tmp_path: Path) -> None:
    processes = [again(origin, tmp_path) for _ in range(4)]
    refs = [origin.put(content(number)) for number in range(60)]
    with ThreadPoolExecutor(4) as threads:
        reading = [threads.submit(read, processes[n % 4], ref) for n, ref in enumerate(refs)]
        for n, task in enumerate(reading):
            assert task.result() == content(n)
            assert files(tmp_path) <= BYTES_MAX + 20


def test_an_open_descriptor_outlives_its_file(cache: CachedBlobs, origin: Origin, tmp_path: Path) -> None:
    first = origin.put(content(0))
    descriptor = cache.open(first)
    for number in range(1, 20):
        read(cache, origin.put(content(number)))
    assert first not in kept(tmp_path)
    with os.fdopen(descriptor, "rb") as file:
        assert file.read() == content(0)


def test_what_is_larger_than_the_cache_is_refused_by_the_settings_name(
    cache: CachedBlobs, origin: Origin, tmp_path: Path
) -> None:
    small, large = origin.put(content(0)), origin.put(content(1, BYTES_MAX + 4))
    read(cache, small)
    with pytest.raises(UnusableBlob, match="ASSAY_BLOB_CACHE_BYTES"):
        cache.open(large)
    assert not (kept(tmp_path) - {small})
    assert list((tmp_path / "cache/incoming").iterdir()) == []


@pytest.mark.parametrize("wrong", [b"", b"other", content(0) + b"x", content(1)])
def test_what_does_not_have_its_digest_gets_no_name(
    cache: CachedBlobs, origin: Origin, tmp_path: Path, wrong: bytes
) -> None:
    ref = origin.put(content(0))
    origin.blobs[ref] = wrong
    with pytest.raises(UnusableBlob, match="damaged in the store"):
        cache.open(ref)
    assert kept(tmp_path) == set()
    assert list((tmp_path / "cache/incoming").iterdir()) == []
    origin.blobs[ref] = content(0)
    assert read(cache, ref) == content(0)


def cut(path: Path) -> None:
    os.truncate(path, 100)


def flip(path: Path) -> None:
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.write(b"\xff")


def replace(path: Path) -> None:
    path.unlink()
    path.write_bytes(content(99))


def link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("damage", [cut, flip, replace, link, fifo])
@pytest.mark.parametrize("is_seen_by_another", [False, True])
def test_a_damaged_file_is_found_and_fetched_again(
    cache: CachedBlobs,
    origin: Origin,
    tmp_path: Path,
    damage: Callable[[Path], None],
    is_seen_by_another: bool,
) -> None:
    ref = origin.put(content(0))
    read(cache, ref)
    damage(place(tmp_path, ref))
    user = again(origin, tmp_path) if is_seen_by_another else cache
    assert read(user, ref) == content(0)
    assert origin.fetched == [ref, ref]
    assert read(user, ref) == content(0)
    assert origin.fetched == [ref, ref]


def test_damage_that_a_disk_hides_is_found_by_the_next_process(
    cache: CachedBlobs, origin: Origin, tmp_path: Path
) -> None:
    ref = origin.put(content(0))
    read(cache, ref)
    before = place(tmp_path, ref).stat()
    flip(place(tmp_path, ref))
    os.utime(place(tmp_path, ref), ns=(before.st_atime_ns, before.st_mtime_ns))
    assert read(again(origin, tmp_path), ref) == content(0)
    assert origin.fetched == [ref, ref]


def test_a_file_is_hashed_once_and_not_at_each_use(
    cache: CachedBlobs, origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = origin.put(content(0))
    read(cache, ref)
    user = again(origin, tmp_path)
    read(user, ref)
    monkeypatch.setattr("hashlib.file_digest", None)
    assert read(user, ref) == read(cache, ref) == content(0)


def test_many_who_want_the_same_at_once_make_one_fetch(cache: CachedBlobs, origin: Origin) -> None:
    ref, others = origin.put(content(0)), threading.Event()
    origin.before = lambda: others.wait(10)
    with ThreadPoolExecutor(16) as threads:
        reading = [threads.submit(read, cache, ref) for _ in range(16)]
        others.set()
        assert {task.result() for task in reading} == {content(0)}
    assert origin.fetched == [ref]


def test_many_who_want_the_same_at_once_share_the_trouble(cache: CachedBlobs, origin: Origin) -> None:
    """Otherwise each would wait in turn for a store that does not answer."""
    ref, all_wait, gate = origin.put(content(0)), threading.Barrier(8), threading.Event()
    origin.is_gone = True
    origin.before = lambda: gate.wait(10)

    def reader() -> bytes:
        all_wait.wait(10)
        return read(cache, ref)

    with ThreadPoolExecutor(8) as threads:
        reading = [threads.submit(reader) for _ in range(8)]
        time.sleep(0.3)  # enough for most of them to have asked
        gate.set()
        for task in reading:
            with pytest.raises(Unavailable, match="gone"):
                task.result()
    assert len(origin.fetched) <= 4


def test_the_folder_may_be_deleted_at_any_time(cache: CachedBlobs, origin: Origin, tmp_path: Path) -> None:
    ref = origin.put(content(0))
    held = cache.hold([ref])
    held.fill()
    (tmp_path / "cache").rename(tmp_path / "gone")
    assert read(cache, ref) == content(0)
    more = cache.hold([ref])
    more.fill()
    held.release()
    more.release()
    assert read(cache, ref) == content(0)


@pytest.mark.parametrize("ref", ["", "0" * 64, "../" * 21 + "a", "AB" * 32, "ab" * 32 + "\n"])
def test_what_is_no_blob_is_not_found(cache: CachedBlobs, ref: str) -> None:
    with pytest.raises(FileNotFoundError):
        cache.open(DataRef(ref))
