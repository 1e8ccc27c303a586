"""A wall clock that the test sets, for single processes: Debian's libfaketime. Nobody sets the machine's."""

from collections.abc import Mapping
from pathlib import Path


class WallClock:
    """`place`: a file of the test's, which the processes read each time that they look at the clock."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self.jump(0)

    def jump(self, seconds: int) -> None:
        """It is off by so much from now on: at once, as when somebody sets it."""
        unfinished = self._place.with_suffix(".new")
        unfinished.write_text(f"{seconds:+d}\n")
        unfinished.rename(self._place)

    @property
    def environment(self) -> Mapping[str, str]:
        """For the processes that are to have it. What counts seconds since the machine's start stays true."""
        return {**_preloaded(), "FAKETIME_TIMESTAMP_FILE": str(self._place), "FAKETIME_NO_CACHE": "1"}


def wrong_clock(seconds: int) -> Mapping[str, str]:
    """For processes on whose machine it was never set right: off by so much from the beginning."""
    return {**_preloaded(), "FAKETIME": f"{seconds:+d}"}


def _preloaded() -> Mapping[str, str]:
    return {"LD_PRELOAD": str(_library()), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def _library() -> Path:
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    assert found, "no libfaketime; remedy: make test-setup, which installs deploy/apt/test.txt"
    return found[0]
