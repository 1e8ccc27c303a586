"""A cgroup of our own that a cell is started in, so that all it costs is counted in one place.

A process counts where it is, and its children where it was when it made them. So we step in, start the
supervisor, and step out again. The cell makes its own groups below.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import time

ROOT = Path("/sys/fs/cgroup")
V1_CONTROLLERS = ("memory", "cpuacct", "pids", "cpu", "cpuset", "freezer")
REMOVE_SECONDS_MAX = 10.0  # the kernel empties a group of dead processes a little later


class OwnGroup:
    """The group of each hierarchy: one on version 2, one a controller on version 1."""

    def __init__(self, folders: dict[str, Path], homes: dict[str, Path]) -> None:
        self._folders = folders  # by controller; "" is version 2's
        self._homes = homes  # where we were before

    @contextmanager
    def joined(self) -> Iterator[None]:
        """We are in it, and out of it again."""
        for folder in self._folders.values():
            (folder / "cgroup.procs").write_text(str(os.getpid()))
        try:
            yield
        finally:
            for home in self._homes.values():
                (home / "cgroup.procs").write_text(str(os.getpid()))

    def cpu_ms(self) -> float:
        """CPU time of all that ever was in it, the kernel's work for it included."""
        if "" in self._folders:
            for line in (self._folders[""] / "cpu.stat").read_text().splitlines():
                if line.startswith("usage_usec"):
                    return int(line.split()[1]) / 1e3
            raise ValueError("cpu.stat has no usage_usec")
        return int((self._folders["cpuacct"] / "cpuacct.usage").read_text()) / 1e6

    def memory_bytes(self) -> int:
        """All memory that is charged to it: anonymous, page cache, kernel."""
        if "" in self._folders:
            return int((self._folders[""] / "memory.current").read_text())
        return int((self._folders["memory"] / "memory.usage_in_bytes").read_text())

    def kernel_bytes(self) -> int:
        """The kernel's part of it: page tables, stacks, namespaces, mounts, sockets, cgroups."""
        if "" in self._folders:
            for line in (self._folders[""] / "memory.stat").read_text().splitlines():
                if line.startswith("kernel "):  # since 5.18
                    return int(line.split()[1])
            raise ValueError("memory.stat has no kernel")
        return int((self._folders["memory"] / "memory.kmem.usage_in_bytes").read_text())

    def reclaim(self) -> None:
        """Make the kernel give back what it only caches: pages, and inodes and names of removed groups."""
        knob, amount = ("memory.reclaim", "1G") if "" in self._folders else ("memory.force_empty", "0")
        for folder in self._folders.get("", self._folders.get("memory", ROOT)).glob("**/"):
            with suppress(OSError):  # a group that goes meanwhile; and less than was asked for is an error
                (folder / knob).write_text(amount)

    def groups_below(self) -> int:
        """How many groups are in it, over all hierarchies."""
        return sum(sum(1 for _ in folder.glob("*/**/")) for folder in self._folders.values())

    def remove(self) -> None:
        """Remove it and what is left in it."""
        deadline = time.monotonic() + REMOVE_SECONDS_MAX
        for folder in self._folders.values():
            for each in sorted(folder.glob("**/"), reverse=True):  # children before parents
                while each.exists():
                    with suppress(OSError):
                        each.rmdir()
                        break
                    if time.monotonic() > deadline:
                        raise TimeoutError(f"{each} cannot be removed: something lives in it")
                    time.sleep(0.01)


@contextmanager
def own_group(name: str) -> Iterator[OwnGroup]:
    """Make one, named after us, below the group that we are in; remove it at the end."""
    group = _make_v1(name) if (ROOT / "memory").is_dir() else _make_v2(name)
    try:
        yield group
    finally:
        group.remove()


def _make_v1(name: str) -> OwnGroup:
    folders, homes = {}, {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            if controller not in V1_CONTROLLERS:
                continue
            home = ROOT / controller / path.lstrip("/")
            if not home.is_dir():
                home = ROOT / controller  # a container shows its own group as the root
            folder = home / f"{name}.{os.getpid()}"
            folder.mkdir()
            if controller == "cpuset":  # a new group has none, and would take no process
                for knob in ("cpuset.cpus", "cpuset.mems"):
                    (folder / knob).write_text((home / knob).read_text())
            folders[controller], homes[controller] = folder, home
    return OwnGroup(folders, homes)


def _make_v2(name: str) -> OwnGroup:
    """A group with child groups may have no processes: we and our neighbours move to a leaf first."""
    home = ROOT / Path("/proc/self/cgroup").read_text().strip().partition("::")[2].lstrip("/")
    leaf = home
    if home != ROOT:
        leaf = home / "bench-main"
        leaf.mkdir(exist_ok=True)
        for pid in (home / "cgroup.procs").read_text().split():
            (leaf / "cgroup.procs").write_text(pid)
    for controller in ("memory", "pids", "cpu", "cpuset"):
        with suppress(OSError):  # the cell says what it misses
            (home / "cgroup.subtree_control").write_text(f"+{controller}")
    folder = home / f"{name}.{os.getpid()}"
    folder.mkdir()
    return OwnGroup({"": folder}, {"": leaf})
