"""Rules with one condition less.

A mutant lacks one condition (regex, has, inside, not, follows, precedes, nthChild, constraints; a pattern or
kind that stands beside no condition on children), one alternative of an `any`, one part of an `all`, or one
`stopBy`. A `field`, and a `kind` beside conditions on children, say where to look, which mostly follows from
these.
"""

from collections.abc import Iterator
from typing import Any

_STRUCTURE = frozenset({"has", "all", "any"})


def mutants(rule: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Where something was left out, and the rest."""
    if isinstance(rule, dict):
        for key, value in rule.items():
            rest = {other: rule[other] for other in rule if other != key}
            if rest and not _is_place(key, rule):
                yield f"{path}.{key}", rest
            for where, changed in mutants(value, f"{path}.{key}"):
                yield where, {**rule, key: changed}
    elif isinstance(rule, list):
        for number, value in enumerate(rule):
            if len(rule) > 1:
                yield f"{path}[{number}]", [*rule[:number], *rule[number + 1 :]]
            for where, changed in mutants(value, f"{path}[{number}]"):
                yield where, [*rule[:number], changed, *rule[number + 1 :]]


def _is_place(key: str, rule: dict[str, Any]) -> bool:
    return key in {"field", "position"} or (key == "kind" and bool(_STRUCTURE & rule.keys()))
