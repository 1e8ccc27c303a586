"""Room is counted exactly, whatever happens while somebody looks."""

import os
from pathlib import Path

import pytest

from assay.adapters.disk.room import Room


def test_a_file_that_gets_its_name_while_somebody_looks_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(tmp_path, bytes_max=10_000)
    writer, unfinished = room.take(6000)
    place = tmp_path / "ab/cdef"
    place.parent.mkdir()
    stat = Path.stat

    def named_first(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path == unfinished:
            os.rename(unfinished, place)  # noqa: PTH104 - what pathlib does asks for this, too
        return stat(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", named_first)
    other, _ = room.take(5000)
    monkeypatch.undo()
    assert not place.exists(), "it was seen, and went to make room"
    os.close(writer)
    os.close(other)


def test_a_count_that_is_lost_or_nonsense_is_made_anew(tmp_path: Path) -> None:
    room = Room(tmp_path, bytes_max=10_000)
    writer, unfinished = room.take(6000)
    unfinished.rename(tmp_path / "incoming/still")
    (tmp_path / "room").write_text("-12 and so on")
    other, _ = room.take(1000)
    assert int((tmp_path / "room").read_text()[:20]) == 7000
    os.close(writer)
    os.close(other)
