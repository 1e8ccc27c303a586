"""What an idle house costs: proportional set size (PSS) of its processes, and of one idle slot."""

from pathlib import Path
from statistics import median
import time

from benchmarks.subject import running_subject

TREE_MB_MAX = 150.0
SLOT_MB_MAX = 3.0
SETTLE_SECONDS = 3.0


def main() -> None:
    with running_subject() as subject:
        time.sleep(SETTLE_SECONDS)
        tree = process_tree(subject.server.process.pid)
        names = {pid: name_of(pid) for pid in tree}
        sizes = {pid: pss_mb(pid) for pid in tree}
        for pid in tree:
            print(f"  {sizes[pid]:6.1f} MB  {names[pid]}")
        _supervisor, *slots = [sizes[pid] for pid in tree if names[pid].startswith("cell")]
        print(f"whole tree {sum(sizes.values()):.1f} MB of {TREE_MB_MAX:.0f} allowed")
        print(f"an idle slot {median(slots):.2f} MB of {SLOT_MB_MAX:.0f} allowed ({len(slots)} slots)")


def process_tree(root_pid: int) -> list[int]:
    """`root_pid` and all its descendants, parents first."""
    children: dict[int, list[int]] = {}
    for stat in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda path: int(path.parent.name)):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked at others
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    tree = [root_pid]
    for pid in tree:
        tree += children.get(pid, [])
    return tree


def pss_mb(pid: int) -> float:
    """Megabytes (10^6) of memory, shared pages counted in proportion."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ValueError(f"/proc/{pid}/smaps_rollup has no Pss")


def name_of(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    return " ".join([Path(words[0]).name, *words[1:4]])
