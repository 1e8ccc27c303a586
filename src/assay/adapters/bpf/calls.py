"""Numbers of system calls → what the calls are about."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
import platform
import tomllib

from assay.domain.trace import CallClass

_COLUMNS = {"x86_64": 0, "aarch64": 1}


class CallTable:
    """The calls of one architecture, as `platform.machine` names it. Raises `KeyError` for an unknown one."""

    def __init__(self, machine: str | None = None) -> None:
        column = _COLUMNS[machine or platform.machine()]
        text = files("assay.adapters.bpf").joinpath("system_calls.toml").read_text()
        self.number: dict[str, int] = {}
        self._classes: dict[int, CallClass] = {}
        for class_name, calls in tomllib.loads(text).items():
            for name, numbers in calls.items():
                if (number := numbers[column]) >= 0:
                    self.number[name] = number
                    self._classes[number] = CallClass(class_name)

    def by_class(self, counts: Iterable[tuple[int, int]]) -> Mapping[CallClass, int]:
        """Pairs of number and count, summed up; every class is there."""
        sums = dict.fromkeys(CallClass, 0)
        for number, count in counts:
            sums[self._classes.get(number, CallClass.OTHER)] += count
        return sums
