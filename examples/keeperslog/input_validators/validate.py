"""Accept exactly the inputs the statement allows: exit 42 if so, 43 if not."""

import re
import sys

text = sys.stdin.buffer.read().decode("ascii", errors="replace")
sys.exit(42 if re.fullmatch(r"(?:[1-9]|1[0-8])\n", text, re.ASCII) else 43)
