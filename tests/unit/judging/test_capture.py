"""Where outputs go: small ones into memory, large ones onto the disk, and nobody finds either."""

from collections.abc import Callable
import os
from pathlib import Path

import pytest

from assay.judging.capture import MEMORY_BYTES_MAX, output_file, seal
from tests.unit.judging.judging import nothing_left_open


@pytest.mark.parametrize(
    ("bytes_max", "in_memory"), [(MEMORY_BYTES_MAX, True), (MEMORY_BYTES_MAX + 1, False)]
)
def test_large_outputs_are_no_memory_of_ours(
    bytes_max: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, in_memory: bool
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with nothing_left_open(), output_file("output", bytes_max=bytes_max) as fd:
        place = Path(f"/proc/self/fd/{fd}").readlink()
        assert str(place).startswith("/memfd:") is in_memory
        assert str(place).startswith(str(tmp_path)) is not in_memory
        assert list(tmp_path.iterdir()) == [], "it has no name"
        assert os.fstat(fd).st_mode & 0o777 == 0o644, "whoever is handed it may open it to read"


@pytest.mark.parametrize("bytes_max", [MEMORY_BYTES_MAX, MEMORY_BYTES_MAX + 1])
def test_sealing_begins_at_the_beginning(bytes_max: int) -> None:
    with output_file("output", bytes_max=bytes_max) as fd:
        os.write(fd, b"1 2 3")
        seal(fd)
        assert os.read(fd, 10) == b"1 2 3"


@pytest.mark.parametrize("change", [lambda fd: os.pwrite(fd, b"4", 0), lambda fd: os.ftruncate(fd, 1)])
def test_nobody_changes_a_sealed_output(change: Callable[[int], object]) -> None:
    with output_file("output", bytes_max=1) as fd:
        os.write(fd, b"1 2 3")
        seal(fd)
        with pytest.raises(PermissionError):
            change(fd)


def test_another_failure_of_sealing_is_told() -> None:
    with pytest.raises(OSError, match="Bad file descriptor"):
        seal(os.sysconf("SC_OPEN_MAX") - 1)
