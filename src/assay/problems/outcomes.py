"""Which verdicts a submission can end with under its rules. Pure.

Judging stops at the first test that is not accepted, so what follows it is unknown. Rules are satisfied by
every verdict that they leave possible.
"""

from collections.abc import Sequence

from assay.domain.verdict import Verdict
from assay.problems.expectations import FORMAT_VERDICTS, Rule


def possible_verdicts(rules: Sequence[Rule], *, test_names: Sequence[str]) -> frozenset[Verdict]:
    """Of the format's four verdicts those that a submission can end with under all the rules.

    Judging ends at the first test that is not accepted; whatever may still follow is presumed to fit.
    """
    permitted = [_permitted(rules, name) for name in test_names]
    demands = [_Demand(rule, test_names, permitted) for rule in rules]
    found: set[Verdict] = set()
    for last, allowed in enumerate(permitted):
        for verdict in allowed - {Verdict.AC} - found:
            if all(demand.can_be_met(last, verdict) for demand in demands):
                found.add(verdict)
        if Verdict.AC not in allowed:
            break  # no later test can be the first that is not accepted
    else:
        if all(demand.is_met_by_acceptance for demand in demands):
            found.add(Verdict.AC)
    return frozenset(found)


def _permitted(rules: Sequence[Rule], test_name: str) -> frozenset[Verdict]:
    return frozenset.intersection(
        FORMAT_VERDICTS, *(rule.permitted for rule in rules if rule.covers(test_name))
    )


class _Demand:
    """A rule's `required`: whether it holds, or may yet, when all tests before a certain one are accepted."""

    def __init__(
        self, rule: Rule, test_names: Sequence[str], permitted: Sequence[frozenset[Verdict]]
    ) -> None:
        self._required = rule.required
        self._covered = [rule.covers(name) for name in test_names]
        first = self._covered.index(True) if True in self._covered else None
        self._covers_none = first is None
        accepts = Verdict.AC in rule.required
        self.is_met_by_acceptance = accepts or self._covers_none
        self._met_after = first if accepts else None  # by the acceptance of this test
        chances = (
            index
            for index in range(len(test_names) - 1, -1, -1)
            if self._covered[index] and not permitted[index].isdisjoint(rule.required)
        )
        self._last_chance = next(chances, -1)

    def can_be_met(self, last: int, verdict: Verdict) -> bool:
        """When judging ends with `verdict` at the test with index `last`."""
        return (
            self._covers_none
            or (self._covered[last] and verdict in self._required)
            or (self._met_after is not None and self._met_after < last)
            or self._last_chance > last
        )
