"""What was measured: said on standard output as it comes, summed up at the end, and written as JSON."""

from dataclasses import asdict, dataclass, field
import json
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number, with the target that it has to meet, if it has one."""

    part: str
    name: str
    value: float | None  # None: could not be measured; `note` says why
    unit: str  # "" for a ratio
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met. None without a target. What could not be measured is not met."""
        if self.at_most is None and self.at_least is None:
            return None
        if self.value is None:
            return False
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    def line(self) -> str:
        """One line for people."""
        value = "not measured" if self.value is None else f"{self.value:.3g} {self.unit}".rstrip()
        targets = [
            f"{sign} {bound:g} {self.unit}".rstrip()
            for sign, bound in (("≤", self.at_most), ("≥", self.at_least))
            if bound is not None
        ]
        verdict = {None: "", True: "met", False: "MISSED"}[self.met]
        return f"{verdict:6}  {self.name:62} {value:>14}  {' and '.join(targets):12} {self.note}".rstrip()


@dataclass
class Report:
    """Collects figures, and says them."""

    machine: dict[str, str]
    figures: list[Figure] = field(default_factory=list)
    tables: dict[str, object] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)  # a peer that could not be measured, and why

    def say(self, line: str = "") -> None:
        print(line, flush=True)

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)
        self.say(figure.line())

    def without(self, peer: str, reason: str) -> None:
        self.absent[peer] = reason
        self.say(f"not measured: {peer}: {reason}")

    def summary(self) -> None:
        """Every target once more, and who is missing."""
        targets = [figure for figure in self.figures if figure.met is not None]
        self.say("== targets")
        for figure in targets:
            self.say(f"{figure.part:11} {figure.line()}")
        self.say(f"{sum(figure.met is True for figure in targets)} of {len(targets)} met")
        for peer, reason in self.absent.items():
            self.say(f"not measured: {peer}: {reason}")

    def write(self, path: Path) -> None:
        document = {
            "machine": self.machine,
            "figures": [{**asdict(figure), "met": figure.met} for figure in self.figures],
            "tables": self.tables,
            "absent": self.absent,
        }
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
