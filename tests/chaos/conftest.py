"""What is spread over processes together: whatever stands on the same engines.

pytest-xdist's own way, `--dist loadgroup`, does nothing since pytest 9.2: pytest-dev/pytest-xdist#1386.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]


class ByEngine(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """A file goes to one process; of the many cases on a tree of processes, those that disturb one engine."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, name = nodeid.partition("::")
        _, _, case = name.partition("[")
        if not file.endswith("test_faults.py") or not case:
            return file
        broker, engine, *_ = case.split("-")
        return broker if broker == "kafka" else f"{broker}-{engine}"  # one tree with Kafka is enough


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByEngine | None:
    return ByEngine(config, log) if config.getvalue("dist") == "loadscope" else None
