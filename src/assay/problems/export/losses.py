"""What could not be carried into a package, and what was carried otherwise."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True, kw_only=True)
class Loss:
    """`what` was not carried as it is, and `why`."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


class Losses:
    """Collects them, each once."""

    def __init__(self) -> None:
        self._found: dict[Loss, None] = {}

    def note(self, what: str, why: str) -> None:
        self._found[Loss(what=what, why=why)] = None

    def all(self) -> tuple[Loss, ...]:
        return tuple(sorted(self._found))
