"""The first lines of a hostile program: `//! key: value` in C, `#! key: value` in scripts."""

from pathlib import Path

from assay.errors import Unavailable

KEYS = (
    "attack",
    "status",
    "exit_code",
    "signal",
    "stdout",
    "detail",
    "limits",
    "policy",
    "view",
    "env",
    "machine",
    "wall_time_under_ms",
    "quick",
)
MAY_BE_EMPTY = frozenset({"stdout"})  # a program that must print nothing


class Header:
    """Values by key, each with the line that it is on."""

    def __init__(self, name: str, values: dict[str, tuple[int, str]]) -> None:
        self._name = name
        self._values = values

    def error(self, key: str | None, words: str) -> Unavailable:
        """What is wrong with a key (or, with None, with the file), as a refusal that names file and line."""
        line, _ = self._values.get(key or "", (1, ""))
        return _error(self._name, line, words if key is None else f"{key}: {words}")

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str) -> str | None:
        """The value without white space at both ends, None if it is not said."""
        return self._values[key][1] if key in self._values else None

    def required(self, key: str) -> str:
        value = self.text(key)
        if value is None:
            raise self.error(None, f"{key!r} is missing")
        return value

    def yes_or_no(self, key: str) -> bool:
        """False if it is not said."""
        value = self.text(key) or "no"
        if value not in ("yes", "no"):
            raise self.error(key, f"yes or no, not {value!r}")
        return value == "yes"

    def number(self, key: str, *, lowest: int, highest: int) -> int | None:
        value = self.text(key)
        if value is None:
            return None
        is_number = value.isascii() and value.isdecimal() and len(value) <= len(str(highest))
        if not (is_number and lowest <= int(value) <= highest):
            raise self.error(key, f"a whole number from {lowest} to {highest}, not {value!r}")
        return int(value)

    def pairs(self, key: str) -> list[tuple[str, str]]:
        """`name=value name=value`, each name once; empty if it is not said."""
        found: dict[str, str] = {}
        for word in (self.text(key) or "").split():
            name, equals, value = word.partition("=")
            if not name or not equals:
                raise self.error(key, f"name=value, not {word!r}")
            if name in found:
                raise self.error(key, f"{name} is said twice")
            found[name] = value
        return list(found.items())


def read_header(name: str, source: bytes) -> Header:
    """The header of a program called `name`. Raises `Unavailable` naming file and line of what is wrong."""
    marker = "//!" if Path(name).suffix == ".c" else "#!"
    values: dict[str, tuple[int, str]] = {}
    for number, raw in enumerate(source.splitlines(), start=1):
        if not raw.startswith(marker.encode()):
            break
        try:
            line = raw.decode()
        except UnicodeDecodeError:
            raise _error(name, number, "is not UTF-8") from None
        key, colon, value = (part.strip() for part in line.removeprefix(marker).partition(":"))
        if not colon or key not in KEYS:
            raise _error(name, number, f"{key!r} is no key of a header; there are {', '.join(KEYS)}")
        if key in values:
            raise _error(name, number, f"{key!r} is said twice")
        if not value and key not in MAY_BE_EMPTY:
            raise _error(name, number, f"{key!r} says nothing")
        values[key] = (number, value)
    return Header(name, values)


def _error(name: str, line: int, words: str) -> Unavailable:
    return Unavailable(f"attack program {name}:{line}: {words}")
