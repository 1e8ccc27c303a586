"""Run the benchmarks named as arguments, all of them without any."""

import os
import sys

from benchmarks import burst, idle, near_limit, overhead, overrun

ALL = {
    "overhead": overhead.main,
    "burst": burst.main,
    "idle": idle.main,
    "overrun": overrun.main,
    "near-limit": near_limit.main,
}


def main() -> None:
    unknown = [name for name in sys.argv[1:] if name not in ALL]
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(ALL)}")
    if os.geteuid() != 0:
        sys.exit("the benchmarks start the sandbox: run them as root (make bench does)")
    for name in sys.argv[1:] or ALL:
        print(f"== {name}")
        ALL[name]()
        print()


if __name__ == "__main__":
    main()
