"""A process of the tree, by its place there: it dies, and another one comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
import signal
import subprocess

import httpx


class Role(StrEnum):
    DOORS = "doors"
    WORKER = "worker"
    RELAY = "relay"


@dataclass(kw_only=True)
class Member:
    """A process of the tree, whoever that is just now. `port`: of doors."""

    name: str
    role: Role
    command: list[str]
    environment: Mapping[str, str]
    port: int | None
    process: "subprocess.Popen[bytes] | None" = None
    may_end: bool = False
    starts_until: float = 0.0  # begun in the place of another; by time.monotonic()
    is_armed: bool = False  # it was told of the plan that is valid

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stands_still(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            return False
        stat = Path(f"/proc/{self.pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] == "T"

    @property
    def hears(self) -> bool:
        """It answers, or, if it has no doors, hears of plans."""
        if self.role is not Role.DOORS:
            return bool(_caught_signals(self.pid) & 1 << (signal.SIGUSR1 - 1))
        try:
            return httpx.get(f"{self.url}/healthz", trust_env=False, timeout=1).is_success
        except httpx.TransportError:
            return False


def _caught_signals(pid: int) -> int:
    lines = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines["SigCgt"], 16)
