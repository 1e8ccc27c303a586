"""Run the benchmarks named as arguments, all of them without any."""

import sys

from benchmarks.assessment import latency
from benchmarks.sandbox.machine import describe

ALL = {"idle": latency.idle, "crowded": latency.crowded}


def main() -> None:
    unknown = [name for name in sys.argv[1:] if name not in ALL]
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(ALL)}")
    print(", ".join(f"{name} {value}" for name, value in describe().items()))
    for name in sys.argv[1:] or ALL:
        print(f"== {name}")
        ALL[name]()
        print()


if __name__ == "__main__":
    main()
