"""Numbers that the jury's programs write. Pure."""

from math import isfinite
import re

# No two ways to match the same digits: what is matched may be as long as a message for people.
_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")


def read_number(text: str) -> float | None:
    """A decimal number, perhaps with exponent. None for anything else, also for what no `float` holds."""
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if isfinite(number) else None
