"""CPU time of processes, from outside: what says more than a rate where the machine has other work, too."""

from pathlib import Path

_NANOSECONDS = 1e9


def cpu_seconds(pid: int) -> float:
    """Of a process and of those that it has started and that run still."""
    return sum(_own_seconds(each) for each in _family(pid))


def _family(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and (stat := _read(place / "stat")):
            parent = int(stat.rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(place.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def _own_seconds(pid: int) -> float:
    """Of all its threads."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except FileNotFoundError:
        return 0.0
    return sum(int((_read(thread / "schedstat") or "0").split()[0]) for thread in threads) / _NANOSECONDS


def _read(place: Path) -> str:
    """ "" when the process is gone."""
    try:
        return place.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
