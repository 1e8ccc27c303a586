"""How often a rule's findings are right, as far as somebody has looked at them.

What ships, rule_precision.json, is counted from the findings in real code that were called right or wrong
(benchmarks/analysis/labels.tsv); `python -m benchmarks.scoring count_precision` writes it.
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
ASSUMED_FINDINGS = 10  # a rule has been tried on its samples and read by several before it is let loose


@dataclass(frozen=True, kw_only=True)
class RulePrecision:
    """Findings of one rule in real code that somebody has judged."""

    right: int
    wrong: int

    def __post_init__(self) -> None:
        if self.right < 0 or self.wrong < 0:
            raise ValueError("counts are not negative")

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


def precision_digest(precision: Precision) -> str:
    """ "sha256:…" over the counts as canonical JSON (RFC 8785)."""
    counts = {rule: {"right": each.right, "wrong": each.wrong} for rule, each in precision.items()}
    return "sha256:" + hashlib.sha256(rfc8785.dumps(counts)).hexdigest()
