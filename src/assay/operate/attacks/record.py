"""What has passed on this machine since it booted: /run/assay/attacks.json, where only root writes.

    /run/assay/              0700, root's; a reboot clears /run
      attacks.json           0600; replaced as a whole

A file that is anything but what we would have written ourselves counts as none, and then the attacks simply
run again: a record spares a start some seconds, and that is all it is for.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
import json
import os
from pathlib import Path
import stat
import time

RECORD_FOLDER = Path("/run/assay")
VALID_SECONDS = 24 * 3600.0
PASSES_MAX = 16  # cells that differ in build, policy or corpus; more than a machine ever has at once
RECORD_BYTES_MAX = 64 << 10

_FILE = "attacks.json"
_FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """On what it depends whether an attack succeeds. Another value of any of these: attack again."""

    cell: str  # SHA-256 of the running program
    policy: str  # SHA-256 of the layers in force, with the digest of the seccomp filters among them
    views: str  # SHA-256 of the paths of the host that runs are shown
    corpus: str  # SHA-256 of the attacks
    kernel: str  # release and build
    boot_id: str

    def __post_init__(self) -> None:
        if any(not isinstance(value, str) or not value for value in vars(self).values()):
            raise ValueError(f"{self} has a part that is no text")


@dataclass(frozen=True, kw_only=True)
class Pass:
    """All attacks failed under these circumstances, so many seconds after boot."""

    circumstances: Circumstances
    at_seconds: float

    def is_valid(self, now_seconds: float) -> bool:
        """For 24 hours. A pass of the future was not written by us."""
        return 0 <= now_seconds - self.at_seconds <= VALID_SECONDS


def render(passes: Iterable[Pass]) -> bytes:
    document = {
        "format": _FORMAT,
        "passes": [{**asdict(each.circumstances), "at_seconds": each.at_seconds} for each in passes],
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def parse(content: bytes) -> tuple[Pass, ...]:
    """Empty for whatever `render` would not have written."""
    try:
        document = json.loads(content)
        if document["format"] != _FORMAT or len(document["passes"]) > PASSES_MAX:
            return ()
        passes = tuple(_parse_pass(each) for each in document["passes"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()
    return passes if render(passes) == content else ()


def _parse_pass(found: dict[str, object]) -> Pass:
    at_seconds = found["at_seconds"]
    if not isinstance(at_seconds, float):
        raise TypeError("at_seconds is no number")
    names = [field.name for field in fields(Circumstances)]
    return Pass(
        circumstances=Circumstances(**{name: str(found[name]) for name in names}), at_seconds=at_seconds
    )


def seconds_since_boot() -> float:
    """The clock of the record: nobody sets it, and it goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class PassRecord:
    """The record in its folder. For root."""

    def __init__(self, folder: Path = RECORD_FOLDER) -> None:
        self._folder = folder

    def has(self, circumstances: Circumstances, now_seconds: float) -> bool:
        """Whether all attacks failed under just these circumstances within the last 24 hours."""
        return any(each.circumstances == circumstances for each in self._valid(now_seconds))

    def add(self, circumstances: Circumstances, now_seconds: float) -> None:
        """Write down that all attacks failed. Raises OSError when it cannot be written."""
        others = self._others(circumstances, now_seconds)
        self._write([*others[-(PASSES_MAX - 1) :], Pass(circumstances=circumstances, at_seconds=now_seconds)])

    def remove(self, circumstances: Circumstances, now_seconds: float) -> None:
        """Forget a pass, since an attack has succeeded now. Raises OSError when it cannot be written."""
        if self._folder.exists():
            self._write(self._others(circumstances, now_seconds))

    def _others(self, circumstances: Circumstances, now_seconds: float) -> list[Pass]:
        return [each for each in self._valid(now_seconds) if each.circumstances != circumstances]

    def _valid(self, now_seconds: float) -> list[Pass]:
        return [each for each in parse(self._read()) if each.is_valid(now_seconds)]

    def _read(self) -> bytes:
        """Empty when there is none, or when others than root could have written it."""
        try:
            if not _is_roots_alone(self._folder.lstat(), stat.S_ISDIR):
                return b""
            fd = os.open(self._folder / _FILE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return b""
        try:
            is_ours = _is_roots_alone(os.fstat(fd), stat.S_ISREG)
            return os.read(fd, RECORD_BYTES_MAX) if is_ours else b""  # what is longer is cut, and so is none
        finally:
            os.close(fd)

    def _write(self, passes: Iterable[Pass]) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if not _is_roots_alone(self._folder.lstat(), stat.S_ISDIR):
            raise PermissionError(f"{self._folder} is not a folder that only root may write")
        new = self._folder / f"{_FILE}.{os.getpid()}"
        fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(render(passes))
        new.replace(self._folder / _FILE)


def _is_roots_alone(status: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    return is_kind(status.st_mode) and status.st_uid == 0 and not status.st_mode & 0o077
