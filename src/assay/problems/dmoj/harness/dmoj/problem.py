"""A test and its problem, as checkers and graders see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path


class ConfigNode:
    """init.yml's values as attributes and items; what is not there is None."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = dict(values)

    def __getattr__(self, name: str) -> object:
        found = self[name]
        return self[name.replace("_", "-")] if found is None else found

    def __getitem__(self, name: str) -> object:
        return _wrapped(self._values.get(name))

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def get(self, name: str, default: object = None) -> object:
        found = self[name]
        return default if found is None else found

    def unwrap(self) -> dict[str, object]:
        return self._values


def _wrapped(value: object) -> object:
    return ConfigNode(value) if isinstance(value, dict) else value


class ProblemData(dict[str, bytes]):
    """The files of the package that came along, by name."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def __missing__(self, name: str) -> bytes:
        path = self._folder / name
        if not path.resolve().is_relative_to(self._folder.resolve()) or not path.is_file():
            raise KeyError(f"the file {name!r} is not among those that the checker was given")
        return path.read_bytes()


class Problem:
    """The problem. Times are in seconds, memory in KiB."""

    def __init__(
        self, *, problem_id: str, time_limit: float, memory_limit: int, config: ConfigNode, data: ProblemData
    ) -> None:
        self.id = problem_id
        self.time_limit = time_limit
        self.memory_limit = memory_limit
        self.config = config
        self.problem_data = data


class TestCase:
    """One test. `position` counts from 0; `batch` is 0 outside of batches."""

    def __init__(
        self,
        *,
        position: int,
        batch: int,
        points: float,
        config: ConfigNode,
        problem: Problem,
        input_path: Path,
        answer_path: Path,
        has_binary_data: bool,
    ) -> None:
        self.position = position
        self.batch = batch
        self.points = points
        self.config = config
        self.problem = problem
        self.has_binary_data = has_binary_data
        self.output_prefix_length = 0
        self._input_path = input_path
        self._answer_path = answer_path

    def input_data(self) -> bytes:
        return self._input_path.read_bytes()

    def output_data(self) -> bytes:
        return self._answer_path.read_bytes()

    def free_data(self) -> None:
        """There is nothing to give back."""
