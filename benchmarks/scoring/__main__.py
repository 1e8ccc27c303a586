"""Run the benchmarks named as arguments, all of them without any."""

from benchmarks.named import run_named
from benchmarks.scoring import count_precision, one_result, speed

ALL = {"speed": speed.main, "one_result": one_result.main}

if __name__ == "__main__":
    run_named(ALL, on_request={"count_precision": count_precision.main})  # which writes a file
