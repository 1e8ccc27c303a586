"""python -m benchmarks.sandbox [--json FILE] [--runs N] [PART …]: the parts named, or all but the soak.

Ends with 0 when all was measured, whether or not the targets are met: on a busy machine they are not.
"""

import argparse
from collections.abc import Callable
from functools import partial
import os
from pathlib import Path
import signal
import subprocess
import sys

from assay.sandbox import SandboxError
from benchmarks.sandbox import compiling, cpu_time, machine, slots, soak, starts, throughput
from benchmarks.sandbox.peers.peer import PeerFailed
from benchmarks.sandbox.report import Figure, Report

PARTS: dict[str, Callable[[Report], None]] = {
    "starts": starts.main,
    "throughput": throughput.main,
    "compiling": compiling.main,
    "slots": slots.main,
    "cpu_time": cpu_time.main,
}
SOAK = "soak"
FAILURES = (SandboxError, PeerFailed, RuntimeError, OSError, subprocess.CalledProcessError)


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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that engines and cgroups are removed
    report = Report(machine=machine.describe())
    for name, value in report.machine.items():
        report.say(f"{name:13} {value}")
    failed = False
    for name in options.parts or PARTS:
        report.say(f"\n== {name}")
        part = partial(soak.main, runs=options.runs) if name == SOAK else PARTS[name]
        try:
            part(report)
        except FAILURES as error:  # the other parts are worth having all the same
            failed = True
            report.add(
                Figure(part=name, name=f"all of {name}", value=None, unit="", at_most=0, note=str(error))
            )
    report.say()
    report.summary()
    if options.json:
        report.write(options.json)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
