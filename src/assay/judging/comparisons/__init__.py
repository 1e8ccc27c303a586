"""How an output is compared with an answer. `assay.judging.compare` chooses; here is what it chooses from.

    in_order.py      token by token: the package format's rules; DMOJ's standard and floats; identical
    in_any_order.py  the same lines, tokens or characters in whatever order: DMOJ's sorted, unordered, easy
    by_line.py       the share of lines that are right: DMOJ's linecount
    squeezing.py     what nearly all outputs are: right but for line ends
    tolerance.py     numbers
    difference.py    what is told of the first place where they differ

All read by offset, never a file as a whole, in a bounded amount of memory.

Where this judge differs from DMOJ's checkers (github.com/DMOJ/judge-server, dmoj/checkers), on purpose:
- A line of nothing but white space is an empty line in `LINES_OF_TOKENS` (as in `standard`; `floats` counts
  it) and in `SORTED_LINES`.
- Numbers are those of the package format, so `1_000`, `inf` and `nan` are text. A DMOJ tolerance is both
  absolute and relative.
- "Equal but for white space" means the same tokens. `identical` also wants them on the same lines before
  it speaks of presentation; its verdict is WA either way.
- `linecount` is not asked about a program that failed.
"""
