"""Accept exactly the inputs the statement allows: exit 42 if so, 43 if not."""

import re
import sys

BOATS_MAX = 3_000_000
SPEED_MAX = 2_147_483_646

match = re.fullmatch(
    r"([1-9]\d{0,6}) ([1-9]\d{0,9})\n",
    sys.stdin.buffer.read().decode("ascii", errors="replace"),
    re.ASCII,
)
is_valid = match is not None and int(match[1]) <= BOATS_MAX and int(match[2]) <= SPEED_MAX
sys.exit(42 if is_valid else 43)
