"""A cell of one slot, with the views that ship with the product, for all tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.languages.cells import start_cell


@pytest.fixture(scope="module")
def socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cell")
    cell = start_cell(folder)
    try:
        yield folder / "cell.sock"
    finally:
        cell.stop()
