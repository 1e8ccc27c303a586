"""`python -m benchmarks.analysis speed`, or `precision [FOLDER…]`. Exit code 1: a figure is not as wanted."""

import argparse
from pathlib import Path
import sys

from benchmarks.analysis.precision import precision
from benchmarks.analysis.speed import speed

FILES_MAX = 2_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.analysis", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("speed", help="milliseconds for 200 lines in each language, once warm")
    rules = commands.add_parser("precision", help="how many findings in real code are right")
    rules.add_argument("folders", nargs="*", type=Path, help="default: the sources that are on this machine")
    rules.add_argument("--files", type=int, default=FILES_MAX, help="of a folder at the most")
    rules.add_argument(
        "--sample", type=int, default=0, help="print so many findings a rule that nobody has looked at"
    )
    chosen = parser.parse_args()
    if chosen.command == "speed":
        is_good = speed()
    else:
        is_good = precision(chosen.folders, files_max=chosen.files, sample=chosen.sample)
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
