"""Benchmarks by name: what `python -m benchmarks.GROUP [NAME …]` does with its arguments."""

from collections.abc import Callable, Collection, Mapping
import os
import sys

from benchmarks.sandbox.machine import describe

Benchmark = Callable[[], None]


def run_named(
    usual: Mapping[str, Benchmark],
    *,
    on_request: Mapping[str, Benchmark] | None = None,
    need_root: Collection[str] = (),
) -> None:
    """Run those that the command line names, without any all the `usual` ones; say first on what machine.

    `on_request`: run only when named. Ends the process with a word for a name that there is not, and for an
    ordinary user where one of `need_root` is wanted.
    """
    benchmarks = {**usual, **(on_request or {})}
    unknown = [name for name in sys.argv[1:] if name not in benchmarks]
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(benchmarks)}")
    wanted = sys.argv[1:] or list(usual)
    starts_sandbox = [name for name in wanted if name in need_root]
    if os.geteuid() != 0 and starts_sandbox:
        sys.exit(f"{', '.join(starts_sandbox)}: the sandbox is started by root; run this as root (make does)")
    print(", ".join(f"{name} {value}" for name, value in describe().items()))
    for name in wanted:
        print(f"== {name}")
        benchmarks[name]()
        print()
