"""python -m benchmarks.sandbox [--json FILE] [--runs N] [PART …]: the parts named, or all but the soak."""

import argparse
from collections.abc import Callable
import os
from pathlib import Path
import sys

from benchmarks.sandbox import compiling, cpu_time, machine, slots, soak, starts, throughput
from benchmarks.sandbox.report import Report

PARTS: dict[str, Callable[[Report], None]] = {
    "starts": starts.main,
    "throughput": throughput.main,
    "compiling": compiling.main,
    "slots": slots.main,
    "cpu_time": cpu_time.main,
}
SOAK = "soak"


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.sandbox", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; {SOAK}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there, too")
    parser.add_argument("--runs", type=int, default=soak.RUNS, help="of the soak (%(default)s)")
    options = parser.parse_args()
    unknown = [name for name in options.parts if name not in {*PARTS, SOAK}]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join((*PARTS, SOAK))}")
    if os.geteuid() != 0:
        sys.exit("the sandbox is started by root: run this as root (make bench-sandbox does)")
    report = Report(machine=machine.describe())
    for name, value in report.machine.items():
        report.say(f"{name:13} {value}")
    for name in options.parts or PARTS:
        report.say(f"\n== {name}")
        if name == SOAK:
            soak.main(report, options.runs)
        else:
            PARTS[name](report)
    report.say()
    report.summary()
    if options.json:
        report.write(options.json)


if __name__ == "__main__":
    main()
