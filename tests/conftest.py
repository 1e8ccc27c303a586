"""What all tests share. Tests that need root or a service fail without it; none skips in silence."""

from collections.abc import Iterator
import os
from pathlib import Path
import signal

import pytest
import structlog

from tests.engines.versions import versions

ROOT = Path(__file__).resolve().parents[1]

needs_root = pytest.mark.needs_root


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs_root: makes namespaces and cgroups, so it must run as root")
    # Who starts tests in the background has these ignored, and so would all that the tests start.
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("needs_root") is not None and os.geteuid() != 0:
        pytest.fail("needs root for namespaces and cgroups: run the tests with sudo", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What is said of a run, it says of these engines."""
    terminalreporter.section("engines on this machine")
    for line in versions():
        terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def logs_are_set_up_by_nobody_else() -> Iterator[None]:
    """A command that was run in this process leaves its way to log behind."""
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()
