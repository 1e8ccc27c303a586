"""Run the benchmarks named as arguments, all of them without any."""

import os
import sys

from benchmarks.judging import comparing, per_test, talking, verifying
from benchmarks.sandbox.machine import describe

ALL = {
    "comparing": comparing.main,
    "per_test": per_test.main,
    "talking": talking.main,
    "verifying": verifying.main,
}


def main() -> None:
    unknown = [name for name in sys.argv[1:] if name not in ALL]
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(ALL)}")
    if os.geteuid() != 0:
        sys.exit("the benchmarks start the sandbox: run them as root (make bench-judging does)")
    print(", ".join(f"{name} {value}" for name, value in describe().items()))
    for name in sys.argv[1:] or ALL:
        print(f"== {name}")
        ALL[name]()
        print()


if __name__ == "__main__":
    main()
