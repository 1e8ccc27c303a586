"""Write what the labels of findings come to where scoring finds it. A rule of several languages is one."""

import json
from pathlib import Path

from assay.analysis.rule_book import load_rules
from assay.assessments.scoring import precision
from benchmarks.analysis.labels import read_labels

FILE = Path(precision.__file__).with_name(precision.PRECISION_FILE)


def counted() -> dict[str, dict[str, int]]:
    """By the rules' ids, in order. A label of a rule that is no more is not counted."""
    known = {rule.file.removesuffix(".yml") for rule in load_rules().rules}
    counts: dict[str, dict[str, int]] = {}
    for (rule, _), is_right in sorted(read_labels().items()):
        if rule not in known:
            continue
        of_rule = counts.setdefault(rule.rpartition("/")[2], {"right": 0, "wrong": 0})
        of_rule["right" if is_right else "wrong"] += 1
    return {rule: counts[rule] for rule in sorted(counts)}


def text() -> str:
    return json.dumps(counted(), indent=0) + "\n"


def main() -> None:
    FILE.write_text(text())
    print(f"{FILE}: {len(counted())} rules")
