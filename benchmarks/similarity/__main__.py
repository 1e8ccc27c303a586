"""Run the benchmarks named as arguments, all of them without any: quality, speed."""

from benchmarks.named import run_named
from benchmarks.similarity import quality, speed

ALL = {"quality": quality.main, "speed": speed.main}

if __name__ == "__main__":
    run_named(ALL)
