"""Run the benchmarks named as arguments, all of them without any."""

from benchmarks.named import run_named
from benchmarks.tracing import classes, noise, programs, same

ALL = {"classes": classes.main, "noise": noise.main, "programs": programs.main, "same": same.main}

if __name__ == "__main__":
    run_named(ALL, need_root={"noise", "programs"})
