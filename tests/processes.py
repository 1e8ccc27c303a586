"""What Linux says of other processes."""

from pathlib import Path


def children_of(pid: int) -> list[int]:
    """Those of its main thread, in the order of their beginning; none when it is gone."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
