"""Starting a supervisor that is none: refused in words, and nothing of it is left."""

import os
from pathlib import Path

import pytest

from assay.sandbox import CellConfig, CellProcess, CellStartError, process


def config(binary: Path) -> CellConfig:
    return CellConfig(
        binary=binary,
        socket_path=binary.parent / "cell.sock",
        slots=1,
        client_uid=os.getuid(),
        client_gid=os.getgid(),
        first_slot_uid=64_000,
        views={},
        box_bytes=1 << 20,
    )


def script(folder: Path, line: str) -> Path:
    path = folder / "cell"
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
    return path


def test_one_that_never_gets_ready_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "START_TIMEOUT_S", 0.2)
    monkeypatch.setattr(process, "STOP_TIMEOUT_S", 0.1)
    binary = script(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 600")
    with pytest.raises(CellStartError, match=r"did not get ready within 0\.2 s"):
        CellProcess.start(config(binary))
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


def test_one_that_ends_at_once_is_told_with_its_code(tmp_path: Path) -> None:
    with pytest.raises(CellStartError, match="ended at its start with code 7"):
        CellProcess.start(config(script(tmp_path, "exit 7")))


def test_one_that_is_not_there_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(CellStartError, match="make -C cell"):
        CellProcess.start(config(tmp_path / "cell"))
