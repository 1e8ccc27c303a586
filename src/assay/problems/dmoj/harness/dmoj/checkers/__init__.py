"""The standard checkers, for those who build on them, or have them beside checkers of their own."""

from . import (
    easy,
    floats,
    floatsabs,
    floatsrel,
    identical,
    linecount,
    linematches,
    rstripped,
    sorted,
    standard,
    unordered,
)

__all__ = [
    "easy",
    "floats",
    "floatsabs",
    "floatsrel",
    "identical",
    "linecount",
    "linematches",
    "rstripped",
    "sorted",
    "standard",
    "unordered",
]
