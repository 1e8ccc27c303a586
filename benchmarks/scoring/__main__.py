"""Run the benchmarks named as arguments, all of them without any."""

import sys

from benchmarks.sandbox.machine import describe
from benchmarks.scoring import count_precision, one_result, speed

ALL = {"speed": speed.main, "one_result": one_result.main}
BY_NAME = {**ALL, "count_precision": count_precision.main}  # writes a file: only when asked for


def main() -> None:
    unknown = [name for name in sys.argv[1:] if name not in BY_NAME]
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BY_NAME)}")
    print(", ".join(f"{name} {value}" for name, value in describe().items()))
    for name in sys.argv[1:] or ALL:
        print(f"== {name}")
        BY_NAME[name]()
        print()


if __name__ == "__main__":
    main()
