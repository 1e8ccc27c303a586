"""Run the benchmarks named as arguments, all of them without any."""

import os
import sys

from benchmarks.sandbox.machine import describe
from benchmarks.tracing import classes, noise, programs, same

ALL = {"classes": classes.main, "noise": noise.main, "programs": programs.main, "same": same.main}
_NEED_ROOT = {"noise", "programs"}


def main() -> None:
    unknown = [name for name in sys.argv[1:] if name not in ALL]
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(ALL)}")
    wanted = sys.argv[1:] or list(ALL)
    if os.geteuid() != 0 and not _NEED_ROOT.isdisjoint(wanted):
        sys.exit("the benchmarks of noise and programs start the sandbox: run them as root")
    print(", ".join(f"{name} {value}" for name, value in describe().items()))
    for name in wanted:
        print(f"== {name}")
        ALL[name]()
        print()


if __name__ == "__main__":
    main()
