"""One supervisor for all tests that do not harm it."""

from collections.abc import Iterator

import pytest

from assay.sandbox import CellConfig, CellProcess
from tests.security.harness import make_config, running_cell, short_folder


@pytest.fixture(scope="session")
def config() -> Iterator[CellConfig]:
    with short_folder() as folder:
        yield make_config(folder)


@pytest.fixture(scope="session")
def supervisor(config: CellConfig) -> Iterator[CellProcess]:
    with running_cell(config) as process:
        yield process
