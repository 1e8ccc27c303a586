"""Run the benchmarks named as arguments, all of them without any."""

from benchmarks.judging import comparing, per_test, talking, verifying
from benchmarks.named import run_named

ALL = {
    "comparing": comparing.main,
    "per_test": per_test.main,
    "talking": talking.main,
    "verifying": verifying.main,
}

if __name__ == "__main__":
    run_named(ALL, need_root=ALL)
