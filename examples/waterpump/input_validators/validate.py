"""Accept exactly the inputs the statement allows: exit 42 if so, 43 if not."""

import re
import sys

HOUSES_MAX = 500
DISTANCE_MAX = 10_000
INTEGER = r"(?:0|-?[1-9]\d{0,4})"


def is_valid(text: str) -> bool:
    match = re.fullmatch(rf"([1-9]\d{{0,2}})\n((?:{INTEGER} {INTEGER}\n)+)", text, re.ASCII)
    if match is None:
        return False
    houses = match[2].splitlines()
    coordinates = [int(word) for word in match[2].split()]
    return (
        int(match[1]) <= HOUSES_MAX
        and len(houses) == int(match[1])
        and all(-DISTANCE_MAX <= value <= DISTANCE_MAX for value in coordinates)
    )


sys.exit(42 if is_valid(sys.stdin.buffer.read().decode("ascii", errors="replace")) else 43)
