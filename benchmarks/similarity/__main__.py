"""Run the benchmarks named as arguments, all of them without any: quality, speed."""

import sys

from benchmarks.sandbox.machine import describe
from benchmarks.similarity import quality, speed

ALL = {"quality": quality.main, "speed": speed.main}


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
