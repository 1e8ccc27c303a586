"""A real cell for the tests of this folder, made by root; the tests are its client."""

from collections.abc import Iterator
import os
from pathlib import Path

import pytest

from assay.judging.desk import SLOTS_MAX
from assay.languages import expand_views, load_views
from assay.sandbox import CellConfig, CellProcess
from assay.settings import read_settings

FIRST_SLOT_UID = 64_300  # beside those of a server that may be running on this machine


@pytest.fixture(scope="session")
def cell_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    socket_path = tmp_path_factory.mktemp("cell") / "cell.sock"
    process = CellProcess.start(
        CellConfig(
            binary=read_settings(os.environ).cell_binary,
            socket_path=socket_path,
            slots=2 * SLOTS_MAX,
            client_uid=os.geteuid(),
            client_gid=os.getegid(),
            first_slot_uid=FIRST_SLOT_UID,
            views=expand_views(load_views()),
            box_bytes=64 << 20,
        )
    )
    try:
        yield socket_path
    finally:
        process.stop()
