"""How often a rule's findings are right, as far as somebody has looked at them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, kw_only=True)
class RulePrecision:
    """Findings of one rule in real code that somebody has judged."""

    right: int
    wrong: int

    def __post_init__(self) -> None:
        if self.right < 0 or self.wrong < 0:
            raise ValueError("counts are not negative")

    @property
    def expected(self) -> float:
        """The mean of what is believed of the rule: never 0 and never 1 (Jeffreys' prior)."""
        return (self.right + 0.5) / (self.right + self.wrong + 1)


Precision: TypeAlias = Mapping[str, RulePrecision]
