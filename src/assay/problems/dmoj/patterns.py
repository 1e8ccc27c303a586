"""Tests by regular expressions over the names in the archive.

The expressions are the setter's, in Python's own syntax, whose engine may take for ever on some: they are
tried in a process of its own that is ended after a while.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import json
import re
import subprocess
import sys

DEFAULT_INPUT = r"^(?=.*?\.in|in).*?(?:(?:^|\W)(?P<batch>\d+)[^\d\s]+)?(?P<case>\d+)[^\d\s]*$"
DEFAULT_OUTPUT = r"^(?=.*?\.out|out).*?(?:(?:^|\W)(?P<batch>\d+)[^\d\s]+)?(?P<case>\d+)[^\d\s]*$"
_SECONDS_MAX = 10
_PATTERN_CHARACTERS_MAX = 1000
_MATCH = """
import json, re, sys
pattern, names = json.load(sys.stdin)
found = []
for name in names:
    match = re.match(pattern, name, re.IGNORECASE)
    groups = match.groupdict() if match else {}
    found.append([groups.get("batch"), groups.get("case")] if match else None)
json.dump(found, sys.stdout)
"""


class PatternInvalid(ValueError):
    """The expression cannot be used. The message says why."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a file belongs. `batch` is None outside of batches; numbers are numbers, words are words."""

    batch: int | str | None
    case: int | str


def places(pattern: str, names: Sequence[str]) -> list[Place | None]:
    """For each name its place, None for one that the expression does not fit. Raises `PatternInvalid`."""
    if len(pattern) > _PATTERN_CHARACTERS_MAX:
        raise PatternInvalid(f"is longer than {_PATTERN_CHARACTERS_MAX} characters")
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternInvalid(f"is no regular expression: {error}") from None
    if "case" not in compiled.groupindex:
        raise PatternInvalid("has no group named 'case': (?P<case>…)")
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _MATCH],
            input=json.dumps([pattern, list(names)]),
            capture_output=True,
            text=True,
            timeout=_SECONDS_MAX,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise PatternInvalid(f"takes more than {_SECONDS_MAX} s on these names; make it simpler") from None
    return [None if each is None else _place(*each) for each in json.loads(done.stdout)]


def _place(batch: str | None, case: str | None) -> Place:
    if case is None:
        raise PatternInvalid("fits a name without finding its case number")
    return Place(batch=None if batch is None else _number(batch), case=_number(case))


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else text
