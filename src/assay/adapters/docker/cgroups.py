"""A container's figures, from the files of its cgroup on this host. Versions 1 and 2.

| figure        | v1                           | v2                                              |
|---------------|------------------------------|-------------------------------------------------|
| CPU time      | cpuacct.usage                | usage_usec of cpu.stat                          |
| memory's peak | memory.max_usage_in_bytes    | memory.peak; before 5.19 memory.current, sampled |
| OOM kills     | oom_kill of memory.oom_control | oom_kill of memory.events                     |

The files are opened once and read again and again. Once the container is gone, reading fails: see CgroupGone.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
import os
from pathlib import Path, PurePosixPath

from assay.adapters.docker.errors import CgroupUnreadable

_FILE_BYTES_MAX = 4096


class CgroupGone(Exception):
    """The container ended, and its cgroup with it."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counters since the cgroup was made."""

    cpu_time_us: int
    memory_peak_bytes: int
    oom_kills: int


@dataclass(frozen=True, kw_only=True)
class _Mount:
    root: PurePosixPath  # what of the hierarchy is mounted
    place: Path
    controllers: frozenset[str]  # empty: version 2


class ContainerCgroup:
    """The open files. Close it."""

    def __init__(self, version: int, cpu: Path, peak: Path, oom: Path) -> None:
        self.version = version
        self.exact_peak = peak.name != "memory.current"
        self._highest = 0
        with ExitStack() as stack:
            self._cpu, self._peak, self._oom = (_open(stack, path) for path in (cpu, peak, oom))
            self._stack = stack.pop_all()

    @classmethod
    def of_process(cls, pid: int, container_id: str) -> "ContainerCgroup":
        """The cgroup of a container whose pid 1 is `pid` here. Raises CgroupUnreadable."""
        try:
            own = _parse_own(Path(f"/proc/{pid}/cgroup").read_text())
            mounts = _parse_mounts(Path("/proc/self/mountinfo").read_text())
        except OSError as error:
            raise CgroupUnreadable(
                f"process {pid} of the container is not on this host ({error.strerror}): the engine must run "
                "on the machine that judges, in the same pid namespace"
            ) from error
        if not any(container_id in path for path in own.values()):
            raise CgroupUnreadable(
                f"process {pid} is in no cgroup of container {container_id[:12]}: the engine must run on the "
                "machine that judges, in the same pid namespace"
            )
        if "memory" in own and "cpuacct" in own:
            memory = _folder("memory", own["memory"], mounts)
            cpu = _folder("cpuacct", own["cpuacct"], mounts)
            return cls(
                1,
                cpu / "cpuacct.usage",
                memory / "memory.max_usage_in_bytes",
                memory / "memory.oom_control",
            )
        both = _folder("", own.get("", "/"), mounts)
        peak = both / "memory.peak"
        return cls(
            2,
            both / "cpu.stat",
            peak if peak.exists() else both / "memory.current",
            both / "memory.events",
        )

    def read(self) -> Figures:
        """The figures as they are now. Raises CgroupGone."""
        if self.version == 1:
            cpu_time_us = int(_read(self._cpu)) // 1000
        else:
            cpu_time_us = _field(_read(self._cpu), "usage_usec")
        self._highest = max(self._highest, int(_read(self._peak)))
        return Figures(
            cpu_time_us=cpu_time_us,
            memory_peak_bytes=self._highest,
            oom_kills=_field(_read(self._oom), "oom_kill"),
        )

    def close(self) -> None:
        self._stack.close()


def _open(stack: ExitStack, path: Path) -> int:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise CgroupUnreadable(
            f"{path}: {error.strerror}. The container's figures are read from its cgroup's files: mount the "
            "cgroup file system with the memory and cpu controllers"
        ) from error
    stack.callback(os.close, fd)
    return fd


def _read(fd: int) -> str:
    try:
        return os.pread(fd, _FILE_BYTES_MAX, 0).decode("ascii", "replace")
    except OSError as error:  # ENODEV, whatever the file
        raise CgroupGone from error


def _field(text: str, name: str) -> int:
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    raise CgroupUnreadable(f"this kernel's cgroup files have no {name}: Linux 5.15 or later is needed")


def _parse_own(text: str) -> dict[str, str]:
    """Controller → path; "" for version 2."""
    own: dict[str, str] = {}
    for line in text.splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            own[controller] = path
    return own


def _parse_mounts(text: str) -> list[_Mount]:
    mounts = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            root, place = before.split(" ")[3:5]
            names = frozenset(options.split(",")) if kind == "cgroup" else frozenset[str]()
            mounts.append(_Mount(root=PurePosixPath(root), place=Path(place), controllers=names))
    return mounts


def _folder(controller: str, path: str, mounts: Iterable[_Mount]) -> Path:
    for mount in mounts:
        fits = controller in mount.controllers if controller else not mount.controllers
        if fits and PurePosixPath(path).is_relative_to(mount.root):
            return mount.place / PurePosixPath(path).relative_to(mount.root)
    raise CgroupUnreadable(
        f"the cgroup hierarchy of {controller or 'version 2'} is not mounted here, or without {path}"
    )
