"""Accept exactly the inputs the statement allows: exit 42 if so, 43 if not."""

import re
import sys

SIDE_MAX = 8000
FACTOR_MAX = 1000
MODULUS_MAX = 1000
INTEGER = r"(0|[1-9]\d{0,3})"


def is_valid(text: str) -> bool:
    match = re.fullmatch(f"{INTEGER} {INTEGER}\n{INTEGER} {INTEGER} {INTEGER} {INTEGER}\n", text, re.ASCII)
    if match is None:
        return False
    h, w, a, b, p, t = (int(word) for word in match.groups())
    return (
        1 <= h <= SIDE_MAX
        and 1 <= w <= SIDE_MAX
        and a <= FACTOR_MAX
        and b <= FACTOR_MAX
        and 1 <= p <= MODULUS_MAX
        and t <= p
    )


sys.exit(42 if is_valid(sys.stdin.buffer.read().decode("ascii", errors="replace")) else 43)
