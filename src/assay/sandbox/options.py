"""The short way to say what to run: everything that is not said has a default. Pure.

Only this way has defaults. `RunLimits` has none, so that whoever judges cannot forget one.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypedDict

from assay.sandbox.errors import UnknownView
from assay.sandbox.facts import Command, Policy, RunLimits

HOST_VIEW = "host"  # the name of the view that a cell of one's own has if nothing is said
ENVIRONMENT: Mapping[str, str] = MappingProxyType({"PATH": "/usr/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8"})  # noqa: S108
WALL_TIME_FACTOR = 2  # room for a busy machine, none for a sleeper
WALL_TIME_EXTRA_MS = 1000
_MIB = 1 << 20


class Options(TypedDict, total=False):
    """What can be said of a run beside its arguments; `make_command` has the defaults and the meanings."""

    cpu_time_ms: int
    wall_time_ms: int | None
    memory_bytes: int
    cores: int
    processes: int
    open_files: int
    scratch_bytes: int
    scratch_inodes: int
    stdout_bytes: int
    stderr_bytes: int
    env: Mapping[str, str]
    view: str | None
    policy: Policy | None
    box_writable: bool


def make_command(
    argv: Sequence[str],
    *,
    views: Sequence[str],
    cpu_time_ms: int = 10_000,
    wall_time_ms: int | None = None,
    memory_bytes: int = 512 * _MIB,
    cores: int = 1,
    processes: int = 100,
    open_files: int = 1024,
    scratch_bytes: int = 100 * _MIB,
    scratch_inodes: int = 4096,
    stdout_bytes: int = 16 * _MIB,
    stderr_bytes: int = 1 * _MIB,
    env: Mapping[str, str] = ENVIRONMENT,
    view: str | None = None,
    policy: Policy | None = None,
    box_writable: bool = False,
) -> Command:
    """A command with every limit set. `views` are those that the cell has.

    wall_time_ms: twice the CPU time and a second unless said otherwise.
    view: "host", or the cell's only one. UnknownView if that leaves a choice, or if there is no such view.
    policy: NATIVE for a program in /box, else MANAGED; neither lets a program start another one.
    Raises ValueError for what no run can have, and TypeError for an `argv` that is a single string.
    """
    if isinstance(argv, str | bytes):
        raise TypeError(f"argv is a list of arguments, the program's path first, not {argv!r}")
    if wall_time_ms is None:
        wall_time_ms = WALL_TIME_FACTOR * cpu_time_ms + WALL_TIME_EXTRA_MS
    if policy is None:
        policy = Policy.NATIVE if argv and argv[0].startswith("/box/") else Policy.MANAGED
    return Command(
        argv=tuple(argv),
        env=dict(env),
        view=choose_view(views, view),
        limits=RunLimits(
            cpu_time_ms=cpu_time_ms,
            wall_time_ms=wall_time_ms,
            memory_bytes=memory_bytes,
            processes=processes,
            open_files=open_files,
            scratch_bytes=scratch_bytes,
            scratch_inodes=scratch_inodes,
            stdout_bytes=stdout_bytes,
            stderr_bytes=stderr_bytes,
            cores=cores,
        ),
        policy=policy,
        box_writable=box_writable,
    )


def choose_view(views: Sequence[str], wanted: str | None) -> str:
    """The view that is meant, of those that there are. UnknownView with their names if none can be meant."""
    if wanted is not None and wanted in views:
        return wanted
    names = ", ".join(views) or "none"
    if wanted is not None:
        raise UnknownView(
            f"there is no view {wanted!r} in this cell, whose views are: {names}; "
            "remedy: name one of them, or start the cell with views={...}"
        )
    if HOST_VIEW in views:
        return HOST_VIEW
    if len(views) == 1:
        return views[0]
    raise UnknownView(f"this cell's views are: {names}; remedy: say which with view=...")
