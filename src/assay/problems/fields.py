"""Reading a YAML mapping field by field. What is wrong goes into the report, with file, line and field."""

from collections.abc import Iterator, Mapping
import re

from assay.problems.documents import Value
from assay.problems.package import Report

# YAML 1.1, which PyYAML reads, takes 1e-6 for a string: it wants a point and a signed exponent.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class Fields:
    """A mapping of a file. Each reading method returns None when the field is absent or (reported) wrong."""

    def __init__(self, path: str, values: Mapping[str, Value], report: Report, prefix: str = "") -> None:
        self.path = path
        self._values = values
        self._report = report
        self._prefix = prefix
        self._known: set[str] = set()

    def __contains__(self, field: str) -> bool:
        self._known.add(field)
        return field in self._values

    def value(self, field: str) -> Value | None:
        """The field's value; None when absent or empty (null)."""
        self._known.add(field)
        found = self._values.get(field)
        return None if found is None or found.data is None else found

    def text(self, field: str) -> str | None:
        """A scalar, as written: 2025 and yes are text where text is asked for."""
        found = self.value(field)
        if found is None:
            return None
        if found.text is None:
            self.error(field, "must be a string")
            return None
        return found.text

    def texts(self, field: str) -> tuple[str, ...] | None:
        """A list of scalars, as written; a single one stands for a list of one."""
        found = self.value(field)
        if found is None:
            return None
        if found.text is not None:
            return (found.text,)
        if not isinstance(found.data, list) or any(item.text is None for item in found.data):
            self.error(field, "must be a string or a list of strings")
            return None
        return tuple(item.text or "" for item in found.data)

    def list_of_texts(self, field: str) -> tuple[str, ...] | None:
        """A list of scalars, and nothing else."""
        found = self.value(field)
        if found is not None and found.text is not None:
            self.error(field, "must be a list of strings, such as [a, b]")
            return None
        return self.texts(field)

    def items(self, field: str) -> tuple[Value, ...] | None:
        """A non-empty list's values; a single value stands for a list of one."""
        found = self.value(field)
        if found is None:
            return None
        if not isinstance(found.data, list):
            return (found,)
        if not found.data:
            self.error(field, "must not be empty; leave it out")
            return None
        return tuple(found.data)

    def inner(self, field: str, value: Value) -> "Fields | None":
        """The mapping that is one of a field's `items`."""
        if not isinstance(value.data, dict):
            return None
        return Fields(self.path, value.data, self._report, f"{self._prefix}{field}.")

    def numbers(self, field: str) -> tuple[float, ...] | None:
        """A list of finite numbers; a single one stands for a list of one."""
        found = self.items(field)
        if found is None:
            return None
        numbers = tuple(_number(item) for item in found)
        finite = tuple(number for number in numbers if number is not None and abs(number) != float("inf"))
        if len(finite) != len(numbers):
            self.error(field, "must be a number or a list of numbers")
            return None
        return finite

    def boolean(self, field: str) -> bool | None:
        found = self.value(field)
        if found is None:
            return None
        if not isinstance(found.data, bool):
            self.error(field, "must be true or false")
            return None
        return found.data

    def number(self, field: str, *, at_least: float = 0, above: bool = False, at_most: float) -> float | None:
        """A number from `at_least` (if `above`: more than that) to `at_most`."""
        found = self.value(field)
        if found is None:
            return None
        number = _number(found)
        if number is None:
            self.error(field, "must be a number")
            return None
        if not at_least <= number <= at_most or (above and number == at_least):
            bound = f"more than {at_least:g}" if above else f"at least {at_least:g}"
            self.error(field, f"must be {bound} and at most {at_most:g}, not {number:g}")
            return None
        return number

    def integer(self, field: str, *, at_least: int, at_most: int) -> int | None:
        number = self.number(field, at_least=at_least, at_most=at_most)
        if number is not None and not number.is_integer():
            self.error(field, f"must be a whole number, not {number:g}")
            return None
        return None if number is None else int(number)

    def fields(self, field: str) -> "Fields | None":
        """A mapping within this one."""
        found = self.value(field)
        if found is None:
            return None
        if not isinstance(found.data, dict):
            self.error(field, "must be a mapping")
            return None
        return Fields(self.path, found.data, self._report, f"{self._prefix}{field}.")

    def names(self) -> Iterator[str]:
        return iter(self._values)

    def unknown_names(self) -> list[str]:
        """The fields that were not asked for yet."""
        return [name for name in self._values if name not in self._known]

    def holds_mapping(self, field: str) -> bool:
        self._known.add(field)
        return isinstance(self._values[field].data, dict)

    def finish(self, *, what: str = "field") -> None:
        """Report every field that was never asked for (specification: unknown keys are errors)."""
        for field in self.unknown_names():
            self.error(field, f"is not a {what} of this format; remove it or correct its spelling")

    def error(self, field: str, message: str) -> None:
        self._report.error(self.path, message, field=f"{self._prefix}{field}", line=self.line(field))

    def error_at(self, field: str, line: int, message: str) -> None:
        """As `error`, for a value within the field that has a line of its own."""
        self._report.error(self.path, message, field=f"{self._prefix}{field}", line=line)

    def warn(self, field: str, message: str) -> None:
        self._report.warn(self.path, message, field=f"{self._prefix}{field}", line=self.line(field))

    def line(self, field: str) -> int | None:
        """Where the field's value begins."""
        found = self._values.get(field)
        return None if found is None else found.line


def _number(value: Value) -> float | None:
    if isinstance(value.data, bool):
        return None
    if isinstance(value.data, int | float):
        return _as_float(value.data)
    if isinstance(value.data, str) and _NUMBER.fullmatch(value.data):
        return float(value.data)
    return None


def _as_float(number: int | float) -> float | None:
    """None for what no limit can be: not a number, or an integer beyond all floats."""
    try:
        as_float = float(number)
    except OverflowError:
        return float("inf")
    return None if as_float != as_float else as_float  # noqa: PLR0124 - NaN differs from itself
