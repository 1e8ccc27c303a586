"""Blobs that are held stay, for whoever shares the folder; what processes leave behind when killed."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

from assay.adapters.disk.blob_cache import CachedBlobs
from assay.domain.problem import DataRef
from assay.errors import Unavailable
from tests.conftest import ROOT, needs_root
from tests.unit.adapters.disk.origins import FolderOrigin, Origin
from tests.unit.adapters.disk.test_blob_cache import BYTES_MAX, again, content, kept, read


@pytest.fixture
def origin() -> Origin:
    return Origin()


@pytest.fixture
def cache(origin: Origin, tmp_path: Path) -> CachedBlobs:
    return again(origin, tmp_path)


def crowd(cache: CachedBlobs, origin: Origin, *, first: int) -> None:
    """More than there is room for."""
    for number in range(first, first + 30):
        read(cache, origin.put(content(number)))


def test_what_is_held_stays_whoever_needs_room_and_needs_no_store(
    cache: CachedBlobs, origin: Origin, tmp_path: Path
) -> None:
    refs = [origin.put(content(number)) for number in range(5)]
    held = cache.hold([*refs, refs[0]])
    held.fill()
    assert sorted(origin.fetched) == sorted(refs)
    crowd(again(origin, tmp_path), origin, first=100)
    crowd(cache, origin, first=200)
    origin.is_gone = True
    for number, ref in enumerate(refs):
        assert read(cache, ref) == content(number)
    origin.is_gone = False
    held.release()
    crowd(cache, origin, first=300)
    assert not set(refs) & kept(tmp_path)


def test_two_hold_the_same(cache: CachedBlobs, origin: Origin, tmp_path: Path) -> None:
    ref = origin.put(content(0))
    first, second = cache.hold([ref]), again(origin, tmp_path).hold([ref])
    first.fill()
    second.fill()
    first.release()
    crowd(cache, origin, first=100)
    assert ref in kept(tmp_path)
    second.release()
    crowd(cache, origin, first=200)
    assert ref not in kept(tmp_path)


def test_when_all_is_held_there_is_no_room_and_the_setting_is_named(
    cache: CachedBlobs, origin: Origin, tmp_path: Path
) -> None:
    held = cache.hold([origin.put(content(number)) for number in range(9)])
    held.fill()
    more = again(origin, tmp_path).hold([origin.put(content(number)) for number in range(10, 13)])
    with pytest.raises(Unavailable, match="ASSAY_BLOB_CACHE_BYTES is 100000"):
        more.fill()
    more.release()
    held.release()
    again_more = cache.hold([origin.put(content(number)) for number in range(10, 13)])
    again_more.fill()
    again_more.release()


def test_what_cannot_be_filled_leaves_nothing_held(
    cache: CachedBlobs, origin: Origin, tmp_path: Path
) -> None:
    refs = [origin.put(content(number)) for number in range(3)]
    read(cache, refs[0])
    origin.is_gone = True
    held = cache.hold(refs)
    with pytest.raises(Unavailable, match="gone"):
        held.fill()
    held.release()
    assert list((tmp_path / "cache/held").glob("*/*")) == []


def test_a_release_in_the_middle_ends_the_filling_soon(
    cache: CachedBlobs, origin: Origin, tmp_path: Path
) -> None:
    """As when a worker is told to stop: what is under way comes to its end, the rest is not begun."""
    started, gate = threading.Event(), threading.Event()

    def wait() -> None:
        started.set()
        gate.wait(10)

    origin.before = wait
    held = cache.hold([origin.put(content(number, 4000)) for number in range(24)])
    filling = threading.Thread(target=held.fill)
    filling.start()
    assert started.wait(10)
    releasing = threading.Thread(target=held.release)
    releasing.start()
    time.sleep(0.1)
    gate.set()
    releasing.join(10)
    filling.join(10)
    assert 0 < len(origin.fetched) <= 8
    assert list((tmp_path / "cache/held").glob("*/*")) == []
    late = cache.hold([origin.put(content(99))])
    late.release()
    late.fill()
    assert list((tmp_path / "cache/held").glob("*/*")) == []


def test_a_folder_that_is_deleted_all_the_time_is_said(
    cache: CachedBlobs, origin: Origin, tmp_path: Path
) -> None:
    ref = origin.put(content(0, 4000))
    held = cache.hold([ref])
    origin.before = lambda: shutil.rmtree(tmp_path / "cache/held", ignore_errors=True)
    with pytest.raises(Unavailable, match="loses its files"):
        held.fill()
    held.release()
    origin.before = lambda: None
    again_held = cache.hold([ref])
    again_held.fill()
    again_held.release()


# --- processes ------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store that many processes can see. Whoever fetches waits until somebody opens the gate."""
    folder = tmp_path / "origin"
    folder.mkdir()
    os.mkfifo(folder / "gate")
    (folder / "log").touch()
    return folder


@contextmanager
def process(folder: Path, tmp_path: Path, verb: str, *refs: DataRef) -> Iterator["subprocess.Popen[bytes]"]:
    program = [sys.executable, "-m", "tests.unit.adapters.disk.origins"]
    command = [*program, str(folder), str(tmp_path / "cache"), verb, *refs]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        try:
            yield started
        finally:
            started.kill()


def fetches(folder: Path) -> int:
    return len((folder / "log").read_text().splitlines())


def await_fetches(folder: Path, number: int) -> None:
    deadline = time.monotonic() + 20
    while fetches(folder) < number:
        assert time.monotonic() < deadline, "nobody fetches"
        time.sleep(0.01)


def open_gate(folder: Path) -> None:
    (folder / "gate").write_bytes(b"")


def test_processes_that_want_the_same_at_once_make_one_fetch(folder: Path, tmp_path: Path) -> None:
    ref = FolderOrigin(folder).put(content(0))
    with (
        process(folder, tmp_path, "open", ref) as first,
        process(folder, tmp_path, "open", ref) as second,
        process(folder, tmp_path, "open", ref) as third,
    ):
        await_fetches(folder, 1)
        time.sleep(1)  # enough for the others to have begun
        open_gate(folder)
        assert [each.wait(20) for each in (first, second, third)] == [0, 0, 0]
    assert fetches(folder) == 1


def test_a_killed_fetch_leaves_no_name_and_its_rubbish_goes(folder: Path, tmp_path: Path) -> None:
    origin = FolderOrigin(folder)
    ref = origin.put(content(0))
    with process(folder, tmp_path, "open", ref) as killed:
        await_fetches(folder, 1)
        time.sleep(0.1)
        assert len(list((tmp_path / "cache/incoming").iterdir())) == 1
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    assert kept(tmp_path) == set()
    user = CachedBlobs(origin, tmp_path / "cache", bytes_max=BYTES_MAX)
    threading.Thread(target=open_gate, args=[folder]).start()
    assert read(user, ref) == content(0)
    assert fetches(folder) == 2
    for number in range(1, 12):  # until somebody looks for room
        threading.Thread(target=open_gate, args=[folder]).start()
        read(user, origin.put(content(number)))
    assert list((tmp_path / "cache/incoming").iterdir()) == []


def test_what_a_killed_process_held_may_go(folder: Path, tmp_path: Path) -> None:
    local = Origin()
    ref = FolderOrigin(folder).put(content(0))
    local.put(content(0))
    cache = CachedBlobs(local, tmp_path / "cache", bytes_max=BYTES_MAX)
    read(cache, ref)
    with process(folder, tmp_path, "hold", ref) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        crowd(cache, local, first=100)
        assert ref in kept(tmp_path)
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    crowd(cache, local, first=200)
    assert ref not in kept(tmp_path)
    assert list((tmp_path / "cache/held").iterdir()) == []


@needs_root
def test_a_full_disk_is_said_and_heals(origin: Origin, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["/usr/bin/mount", "-t", "tmpfs", "-o", "size=256k,mode=755", "none", disk], check=True)
    try:
        cache = CachedBlobs(origin, disk / "cache", bytes_max=BYTES_MAX * 10)
        ref = origin.put(content(0, 100_000))
        (disk / "filler").write_bytes(bytes(200_000))
        with pytest.raises(Unavailable, match=r"cannot be written: No space left"):
            cache.open(ref)
        held = cache.hold([ref])
        with pytest.raises(Unavailable, match=r"cannot be written: No space left"):
            held.fill()
        held.release()
        assert list((disk / "cache").glob("??/*")) == list((disk / "cache/incoming").iterdir()) == []
        (disk / "filler").unlink()
        assert read(cache, ref) == content(0, 100_000)
        cache.close()
    finally:
        subprocess.run(["/usr/bin/umount", disk], check=True)
