"""Accept exactly the inputs the statement allows: exit 42 if so, 43 if not."""

import re
import sys

LANTERNS_MAX = 1000
DROPS_MAX = 10**9
INTEGER = r"(?:0|[1-9]\d{0,9})"


def is_valid(text: str) -> bool:
    match = re.fullmatch(rf"({INTEGER})\n({INTEGER}(?: {INTEGER})*)\n", text, re.ASCII)
    if match is None:
        return False
    drops = [int(word) for word in match[2].split(" ")]
    return 1 <= int(match[1]) <= LANTERNS_MAX and len(drops) == int(match[1]) and max(drops) <= DROPS_MAX


sys.exit(42 if is_valid(sys.stdin.buffer.read().decode("ascii", errors="replace")) else 43)
