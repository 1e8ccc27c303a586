"""init.yml's nodes: what a node does not say, the one around it does.

So `points` or `checker` may stand at a test, at its batch or at the top. Keys that end in "+" are Python code
on DMOJ, which its judge runs to make the rest of the file. Nobody's code is run here to read a file.
"""

from collections.abc import Iterator, Mapping

from assay.problems.documents import Value
from assay.problems.package import Report

INIT_FILE = "init.yml"


class Node:
    """A mapping of the file, and the nodes around it. What is wrong goes into the report."""

    def __init__(
        self,
        values: Mapping[str, Value],
        report: Report,
        *,
        parent: "Node | None" = None,
        line: int = 1,
        path: str = INIT_FILE,
    ) -> None:
        self._values = values
        self._parent = parent
        self._report = report
        self.line = line
        self.path = path
        for key in values:
            if key.endswith(("+", "~")):
                self.error(key, "is Python code that DMOJ runs to make this file; write out what it makes")

    def own(self, key: str) -> Value | None:
        """What this very node says; None when nothing, or null."""
        found = self._values.get(key)
        return None if found is None or found.data is None else found

    def get(self, key: str) -> Value | None:
        """What this node or the nearest around it says."""
        found = self.own(key)
        if found is not None or self._parent is None or key in self._values:
            return found
        return self._parent.get(key)

    def says(self, key: str) -> bool:
        return self.get(key) is not None

    def text(self, key: str) -> str | None:
        """A scalar as written; None when absent or (reported) no scalar."""
        found = self.get(key)
        if found is None:
            return None
        if found.text is None:
            self.error(key, "must be a plain word")
        return found.text

    def number(self, key: str, *, at_least: float = 0, at_most: float = 1e9) -> float | None:
        found = self.get(key)
        if found is None:
            return None
        data = found.data
        if isinstance(data, bool) or not isinstance(data, int | float) or not at_least <= data <= at_most:
            self.error(key, f"must be a number from {at_least:g} to {at_most:g}")
            return None
        return float(data)

    def flag(self, key: str) -> bool:
        found = self.get(key)
        if found is None:
            return False
        if not isinstance(found.data, bool):
            self.error(key, "must be true or false")
            return False
        return found.data

    def items(self, key: str) -> list[Value]:
        """A list; a single scalar stands for a list of one."""
        found = self.get(key)
        if found is None:
            return []
        if isinstance(found.data, list):
            return found.data
        if isinstance(found.data, dict):
            self.error(key, "must be a list")
            return []
        return [found]

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of scalars, as written."""
        found = self.items(key)
        if any(item.text is None for item in found):
            self.error(key, "must be a list of plain words")
        return tuple(item.text for item in found if item.text is not None)

    def node(self, key: str) -> "Node | None":
        """A mapping within this one, with nothing around it: its keys are its own."""
        found = self.get(key)
        if found is None or not isinstance(found.data, dict):
            return None
        return Node(found.data, self._report, line=found.line, path=self.path)

    def inner(self, value: Value) -> "Node | None":
        """A mapping in a list of this node, which is the node around it. None, reported, if it is none."""
        if value.data is None:
            return Node({}, self._report, parent=self, line=value.line, path=self.path)
        if not isinstance(value.data, dict):
            self._report.error(
                self.path, "must be a mapping, such as {in: 1.in, out: 1.out}", line=value.line
            )
            return None
        return Node(value.data, self._report, parent=self, line=value.line, path=self.path)

    def keys(self) -> Iterator[str]:
        return iter(self._values)

    def plain(self) -> dict[str, object]:
        """All that this node and those around it say, as plain values; the inner ones win. Lists of tests are
        left out: they are this node's own kind."""
        around = {} if self._parent is None else self._parent.plain()
        own = {key: as_plain(value) for key, value in self._values.items() if key not in _LISTS}
        return {**around, **own}

    def error(self, key: str, message: str) -> None:
        self._report.error(self.path, message, field=key, line=self._line_of(key))

    def warn(self, key: str, message: str) -> None:
        self._report.warn(self.path, message, field=key, line=self._line_of(key))

    def _line_of(self, key: str) -> int:
        found = self.get(key)
        return self.line if found is None else found.line


_LISTS = frozenset({"test_cases", "pretest_test_cases", "batched", "tests"})


def as_plain(value: Value) -> object:
    """A value of a document as Python's own: what its YAML means."""
    if isinstance(value.data, dict):
        return {key: as_plain(inner) for key, inner in value.data.items()}
    if isinstance(value.data, list):
        return [as_plain(inner) for inner in value.data]
    if value.data is None or isinstance(value.data, bool | int | float | str):
        return value.data
    return value.text  # a date


def as_argument(value: Value) -> str | None:
    """A value as DMOJ hands it to a program: by Python's `str`. None for a list or mapping."""
    plain = as_plain(value)
    return None if isinstance(plain, list | dict) else str(plain)
