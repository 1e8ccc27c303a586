"""Kept compilations, all removed at once: what a person wrote may be among them."""

from pathlib import Path

from assay.adapters.disk.compilations import DiskCompileCache
from assay.judging.compile_cache import Artefact, Compiled

COMPILED = Compiled(
    artefacts=(Artefact(name="main", content=b"a program", executable=True),), output=b"no warning"
)
KEYS = ("ab" + "0" * 62, "cd" + "1" * 62)


def test_nothing_is_left_and_another_is_kept_as_before(tmp_path: Path) -> None:
    cache = DiskCompileCache(tmp_path / "compiled", bytes_max=1 << 20)
    assert cache.clear() == 0, "there is not even a folder yet"
    for key in KEYS:
        cache.keep(key, COMPILED)
    (tmp_path / "compiled/incoming/left").write_bytes(b"by a crash")
    assert cache.clear() == len(KEYS) + 1
    assert [path for path in (tmp_path / "compiled").rglob("*") if path.is_file()] == []
    assert cache.find(KEYS[0]) is None
    cache.keep(KEYS[0], COMPILED)
    assert cache.find(KEYS[0]) == COMPILED
