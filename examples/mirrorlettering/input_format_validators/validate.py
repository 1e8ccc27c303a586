"""Accept exactly the inputs the statement allows: exit 42 if so, 43 if not."""

import sys
import unicodedata

BOATS_MAX = 100
NAME_CHARACTERS_MAX = 60


def is_valid_character(character: str) -> bool:
    """No control, private or unassigned code points (C*), no combining marks (M*), no exotic spaces (Z*)."""
    return character == " " or unicodedata.category(character)[0] not in "CMZ"


def is_valid(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    first, *names = text.split("\n")
    if not names or names.pop() != "":
        return False
    if not (first.isascii() and first.isdigit()) or first.startswith("0"):
        return False
    return (
        1 <= int(first) <= BOATS_MAX
        and len(names) == int(first)
        and all(1 <= len(name) <= NAME_CHARACTERS_MAX and name == name.strip() for name in names)
        and all(is_valid_character(character) for name in names for character in name)
    )


sys.exit(42 if is_valid(sys.stdin.buffer.read()) else 43)
