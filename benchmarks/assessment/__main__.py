"""Run the benchmarks named as arguments, all of them without any."""

from benchmarks.assessment import latency
from benchmarks.named import run_named

ALL = {"idle": latency.idle, "crowded": latency.crowded}

if __name__ == "__main__":
    run_named(ALL)
