"""How often a rule's findings are right, as far as somebody has looked at them.

What ships, rule_precision.json, is counted from the findings in real code that were called right or wrong
(benchmarks/analysis/unseen); `python -m benchmarks.scoring count_precision` writes it.

    proven        enough findings were looked at, and enough of them are right: it charges
    informative   any other: it is told, and costs nothing
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
import hashlib
from importlib import resources
import json
from types import MappingProxyType
from typing import TypeAlias

import rfc8785

PRECISION_FILE = "rule_precision.json"
PROVEN_FINDINGS = 20  # of fewer a single wrong one decides
PROVEN_PRECISION = 0.95
ASSUMED_FINDINGS = 10  # a rule has been tried on its samples and read by several before it is let loose


@dataclass(frozen=True, kw_only=True)
class RulePrecision:
    """Findings of one rule in real code that somebody has judged.

    `is_proven`: whether it may charge. Who counts decides that; evidence that was sealed before rules had a
    state does not tell, and all of them charged.
    """

    right: int
    wrong: int
    is_proven: bool = True

    def __post_init__(self) -> None:
        if self.right < 0 or self.wrong < 0:
            raise ValueError("counts are not negative")

    @property
    def is_enough(self) -> bool:
        """Whether these findings prove the rule."""
        count = self.right + self.wrong
        return count >= PROVEN_FINDINGS and self.right >= PROVEN_PRECISION * count

    def expected(self, assumed: float) -> float:
        """What is believed of the rule: what is assumed of any, and what was counted of this one.

        The mean of a Beta posterior whose prior has the mean `assumed` and the weight of `ASSUMED_FINDINGS`.
        So the first finding that is right does not make a rule look worse than one that nobody looked at.
        """
        return (self.right + ASSUMED_FINDINGS * assumed) / (self.right + self.wrong + ASSUMED_FINDINGS)


Precision: TypeAlias = Mapping[str, RulePrecision]


@cache
def shipped_precision() -> Precision:
    """What was counted of the rules that ship, by their ids. A rule of several languages is one."""
    file = resources.files("assay.assessments.scoring") / PRECISION_FILE
    counted = json.loads(file.read_text(encoding="utf-8"))
    return MappingProxyType({rule: RulePrecision(**counts) for rule, counts in counted.items()})


def describe_counts(precision: RulePrecision) -> dict[str, int | bool]:
    """As it is sealed: as it was before rules had a state, unless it has the one that was not there."""
    counts: dict[str, int | bool] = {"right": precision.right, "wrong": precision.wrong}
    return counts if precision.is_proven else {**counts, "is_proven": False}


def precision_digest(precision: Precision) -> str:
    """ "sha256:…" over the counts as canonical JSON (RFC 8785)."""
    counts = {rule: describe_counts(each) for rule, each in precision.items()}
    return "sha256:" + hashlib.sha256(rfc8785.dumps(counts)).hexdigest()
