"""Reading our own TOML data strictly: every error names the file and the field; unknown fields are errors."""

from collections.abc import Mapping
from pathlib import Path
import tomllib


class DataFileError(ValueError):
    """A data file of the product is wrong: our bug, not a user's."""

    def __init__(self, path: Path, field: str, problem: str) -> None:
        super().__init__(f"{path.name}: {field}: {problem}")


class Table:
    """One TOML table, read field by field. `finish` refuses what nobody asked for."""

    def __init__(self, path: Path, prefix: str, values: Mapping[str, object]) -> None:
        self._path = path
        self._prefix = prefix
        self._values = values
        self._read: set[str] = set()

    @classmethod
    def load(cls, path: Path) -> "Table":
        """The root table of a file. Raises DataFileError when it is not TOML."""
        try:
            return cls(path, "", tomllib.loads(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataFileError(path, "file", str(error)) from error

    def over(self, base: "Table", *, without: frozenset[str]) -> "Table":
        """This table and what only `base` has, tables in it likewise; fields in `without` are not taken."""
        inherited = {name: value for name, value in base._values.items() if name not in without}
        return Table(self._path, self._prefix, _merged(inherited, self._values))

    def string(self, field: str) -> str:
        value = self._get(field)
        if not isinstance(value, str) or not value:
            raise self.error(field, "must be a non-empty string")
        return value

    def strings(self, field: str) -> tuple[str, ...]:
        """A non-empty list of non-empty strings."""
        value = self._get(field)
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(item, str) and item for item in value)
        ):
            raise self.error(field, "must be a non-empty list of non-empty strings")
        return tuple(value)

    def optional_strings(self, field: str, *, may_be_empty: bool = False) -> tuple[str, ...] | None:
        """None when the field is absent."""
        if field not in self._values:
            return None
        if may_be_empty and self._values[field] == []:
            self._read.add(field)
            return ()
        return self.strings(field)

    def flag(self, field: str) -> bool:
        """true or false; false when the field is absent."""
        value = self._values.get(field, False)
        self._read.add(field)
        if not isinstance(value, bool):
            raise self.error(field, "must be true or false")
        return value

    def optional_string(self, field: str) -> str | None:
        """None when the field is absent."""
        return self.string(field) if field in self._values else None

    def positive_integer(self, field: str) -> int:
        value = self._get(field)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise self.error(field, "must be a positive integer")
        return value

    def optional_positive_integer(self, field: str) -> int | None:
        """None when the field is absent."""
        return self.positive_integer(field) if field in self._values else None

    def positive_number(self, field: str) -> float:
        value = self._get(field)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
            raise self.error(field, "must be a positive number")
        return float(value)

    def string_map(self, field: str) -> dict[str, str]:
        """A table of strings; empty when the field is absent."""
        value = self._values.get(field, {})
        self._read.add(field)
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self.error(field, "must be a table of strings")
        return dict(value)

    def table(self, field: str) -> "Table":
        value = self._get(field)
        if not isinstance(value, dict):
            raise self.error(field, "must be a table")
        return Table(self._path, f"{self._prefix}{field}.", value)

    def tables(self, field: str) -> "list[Table]":
        """A non-empty array of tables."""
        value = self._get(field)
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            raise self.error(field, "must be a non-empty array of tables")
        return [Table(self._path, f"{self._prefix}{field}.{n}.", item) for n, item in enumerate(value)]

    def optional_table(self, field: str) -> "Table | None":
        return self.table(field) if field in self._values else None

    def fields(self) -> tuple[str, ...]:
        return tuple(self._values)

    def finish(self) -> None:
        unknown = sorted(set(self._values) - self._read)
        if unknown:
            raise self.error(unknown[0], "is not a known field")

    def error(self, field: str, problem: str) -> DataFileError:
        return DataFileError(self._path, f"{self._prefix}{field}", problem)

    def _get(self, field: str) -> object:
        self._read.add(field)
        if field not in self._values:
            raise self.error(field, "is missing")
        return self._values[field]


def _merged(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    merged = dict(base)
    for name, value in over.items():
        below = merged.get(name)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[name] = _merged(below, value)
        else:
            merged[name] = value
    return merged
