"""The `CompileCache` port: compilations under their key, unchanged or not at all, and never too many."""

from collections.abc import Callable
import os
from pathlib import Path

import pytest

from assay.adapters.disk.compilations import DiskCompileCache
from assay.adapters.memory.compilations import MemoryCompileCache
from assay.judging.compile_cache import Artefact, CompileCache, Compiled

BYTES_MAX = 100_000
KEYS = [f"{number:064x}" for number in range(100)]


def compiled(size: int = 1000, *, output: bytes = b"a warning\n") -> Compiled:
    return Compiled(
        artefacts=(
            Artefact(name=".program", content=os.urandom(size), executable=True),
            Artefact(name="sub/ö.class", content=b"", executable=False),
        ),
        output=output,
    )


NOTHING = Compiled(artefacts=(), output=b"")


@pytest.fixture(params=["memory", "disk"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> CompileCache:
    if request.param == "memory":
        return MemoryCompileCache(bytes_max=BYTES_MAX)
    return DiskCompileCache(tmp_path / "compiled", bytes_max=BYTES_MAX)


@pytest.mark.parametrize(
    "kept", [compiled(), compiled(0, output=b""), NOTHING], ids=["usual", "small", "check"]
)
def test_what_was_kept_is_found_unchanged(cache: CompileCache, kept: Compiled) -> None:
    assert cache.find(KEYS[0]) is None
    cache.keep(KEYS[0], kept)
    assert cache.find(KEYS[0]) == kept
    assert cache.find(KEYS[1]) is None


def test_the_last_that_was_kept_counts(cache: CompileCache) -> None:
    first, second = compiled(), compiled()
    cache.keep(KEYS[0], first)
    cache.keep(KEYS[0], second)
    assert cache.find(KEYS[0]) == second


def test_the_longest_unused_goes_first(cache: CompileCache) -> None:
    for key in KEYS[:4]:
        cache.keep(key, compiled(20_000))
    assert cache.find(KEYS[0]) is not None  # used just now
    cache.keep(KEYS[4], compiled(20_000))
    assert cache.find(KEYS[0]) is not None
    assert cache.find(KEYS[1]) is None
    assert cache.find(KEYS[4]) is not None


def test_it_never_grows_beyond_its_bound(cache: CompileCache) -> None:
    for key in KEYS:
        cache.keep(key, compiled(5000))
    kept = [found for key in KEYS if (found := cache.find(key)) is not None]
    assert 10 < len(kept) <= BYTES_MAX // 5000
    assert cache.find(KEYS[-1]) is not None


def test_what_is_too_large_is_not_kept(cache: CompileCache) -> None:
    cache.keep(KEYS[0], compiled(1000))
    cache.keep(KEYS[1], compiled(BYTES_MAX + 1))
    assert cache.find(KEYS[1]) is None
    assert cache.find(KEYS[0]) is not None, "nothing has to go for what does not come"


def entry(root: Path, key: str) -> Path:
    return root / key[:2] / key[2:]


def flip(position: int) -> Callable[[Path], object]:
    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[position] ^= 1
        path.write_bytes(content)

    return damage


def in_place_of_it(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def damage(path: Path) -> None:
        path.unlink()
        make(path)

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        *(flip(position) for position in (0, 20, 85, 150, -1, -500)),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes() + b"x"),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\xff" * 500),
        in_place_of_it(lambda path: path.symlink_to("/etc/passwd")),
        in_place_of_it(os.mkfifo),
        lambda path: path.rename(path.with_name("moved")).exists() and path.symlink_to("moved"),
        in_place_of_it(Path.mkdir),
        in_place_of_it(lambda path: path.hardlink_to(entry(path.parents[1], KEYS[1]))),  # another's
    ],
)
def test_on_disk_a_damaged_entry_is_none_and_can_be_replaced(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    cache, kept = DiskCompileCache(tmp_path, bytes_max=BYTES_MAX), compiled()
    cache.keep(KEYS[0], kept)
    cache.keep(KEYS[1], compiled())
    damage(entry(tmp_path, KEYS[0]))
    assert cache.find(KEYS[0]) is None
    assert cache.find(KEYS[1]) is not None
    if not entry(tmp_path, KEYS[0]).is_dir():  # nobody of ours made it: it stays, and so there is no entry
        cache.keep(KEYS[0], kept)
        assert cache.find(KEYS[0]) == kept


def test_on_disk_nobody_else_may_look_and_nothing_unfinished_is_left(tmp_path: Path) -> None:
    cache = DiskCompileCache(tmp_path / "compiled", bytes_max=BYTES_MAX)
    cache.keep(KEYS[0], compiled())
    for path in (tmp_path / "compiled").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert list((tmp_path / "compiled/incoming").iterdir()) == []


def test_on_disk_what_a_crash_left_counts_and_goes(tmp_path: Path) -> None:
    (tmp_path / "incoming").mkdir()
    left = tmp_path / "incoming/tmpcrash"
    left.write_bytes(b"x" * (BYTES_MAX - 1))
    os.utime(left, (1, 1))
    cache = DiskCompileCache(tmp_path, bytes_max=BYTES_MAX)
    cache.keep(KEYS[0], compiled())
    assert not left.exists()
    assert cache.find(KEYS[0]) is not None


def test_on_disk_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "compiled").write_text("not a folder")
    cache = DiskCompileCache(tmp_path / "compiled", bytes_max=BYTES_MAX)
    cache.keep(KEYS[0], compiled())
    assert cache.find(KEYS[0]) is None


def test_on_disk_two_share_a_folder(tmp_path: Path) -> None:
    one, other = (DiskCompileCache(tmp_path, bytes_max=BYTES_MAX) for _ in range(2))
    kept = compiled()
    one.keep(KEYS[0], kept)
    assert other.find(KEYS[0]) == kept


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "AB" * 32, "0" * 63, "0" * 64 + "\n"])
def test_on_disk_a_key_is_a_digest(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="is not a SHA-256"):
        DiskCompileCache(tmp_path, bytes_max=BYTES_MAX).find(key)
