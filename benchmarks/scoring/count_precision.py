"""Write what the labels of findings come to where scoring finds it. A rule of several languages is one."""

from dataclasses import asdict
import json
from pathlib import Path
from typing import Any

from assay.analysis.measures.measured_rules import MEASURED_RULES
from assay.analysis.rule_book import load_rules
from assay.assessments.scoring import RulePrecision, precision
from benchmarks.analysis.labels import UNSEEN, by_id, read_labels, tallies

FILE = Path(precision.__file__).with_name(precision.PRECISION_FILE)


def counted() -> dict[str, dict[str, Any]]:
    """By the rules' ids, in order, each that there is. A label of a rule that is no more is not counted."""
    rules = load_rules().rules
    known = {rule.file.removesuffix(".yml") for rule in rules}
    labels = read_labels(UNSEEN)
    of_ids = by_id(tallies((key for key in labels if key[0] in known), labels))
    counts = {}
    for rule in sorted({rule.id for rule in rules} | {rule.id for rule in MEASURED_RULES}):
        tally = of_ids.get(rule)
        right, wrong = (0, 0) if tally is None else (tally.right, tally.wrong)
        each = RulePrecision(right=right, wrong=wrong)
        counts[rule] = asdict(RulePrecision(right=right, wrong=wrong, is_proven=each.is_enough))
    return counts


def text() -> str:
    return json.dumps(counted(), indent=0) + "\n"


def main() -> None:
    FILE.write_text(text())
    print(f"{FILE}: {len(counted())} rules")
