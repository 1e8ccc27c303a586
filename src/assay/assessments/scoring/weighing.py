"""From signals to competencies to a total. All of it is linear, so each point of a total has its reason:

    total = 100 · share of tests passed · (1 - (1 - correctness_share) · lost)
    lost  = Σ weight of the competency · Σ share of the signal in it · what the signal has lost

What could not be assessed has lost nothing, and nobody else's weight grows for it. So a further test passed
never lowers a total, and neither does a finding less.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from assay.assessments.scoring.signals import SignalReading
from assay.domain.rubric import Competency, Role, Rubric


@dataclass(frozen=True, kw_only=True)
class WeighedCompetency:
    """A competency of a role. `weight` is its share of the role, `shares` are its signals': both sum to 1."""

    competency: Competency
    weight: float
    shares: Mapping[str, float]

    def loss(self, readings: Mapping[str, SignalReading]) -> float:
        """The share of the competency that is lost, 0 to 1."""
        return fsum(share * readings[signal].loss for signal, share in self.shares.items())

    def assessed(self, readings: Mapping[str, SignalReading]) -> float:
        """The share of the competency for which there was evidence."""
        return fsum(share for signal, share in self.shares.items() if not readings[signal].not_assessed)


def weigh(rubric: Rubric, role: Role) -> tuple[WeighedCompetency, ...]:
    """The competencies that matter in a role, the weightiest first."""
    by_id = {competency.id: competency for competency in rubric.competencies}
    known: dict[str, Mapping[str, float]] = {}
    weighed = [
        WeighedCompetency(
            competency=by_id[name],
            weight=weight / role.total_weight,
            shares=_signal_shares(by_id[name], by_id, known),
        )
        for name, weight in role.weights.items()
        if weight > 0
    ]
    return tuple(sorted(weighed, key=lambda each: (-each.weight, each.competency.id)))


def _signal_shares(
    competency: Competency, by_id: Mapping[str, Competency], known: dict[str, Mapping[str, float]]
) -> Mapping[str, float]:
    """How much of a competency each signal is, through all competencies in between.

    `known` has what was found before: there may be more ways down than anybody can go.
    """
    if competency.id in known:
        return known[competency.id]
    whole = fsum(part.weight for part in competency.parts)
    shares: dict[str, float] = {}
    for part in competency.parts:
        share = part.weight / whole
        if part.of not in by_id:
            shares[part.of] = shares.get(part.of, 0.0) + share
            continue
        for signal, inner in _signal_shares(by_id[part.of], by_id, known).items():
            shares[signal] = shares.get(signal, 0.0) + share * inner
    known[competency.id] = {signal: shares[signal] for signal in sorted(shares) if shares[signal] > 0}
    return known[competency.id]


def quality(rubric: Rubric, lost: float) -> float:
    """What a correct program has, as a share of all points, when so much of its role is lost."""
    return 1 - (1 - rubric.correctness_share) * lost


def lost_in_role(weighed: tuple[WeighedCompetency, ...], readings: Mapping[str, SignalReading]) -> float:
    """The share of a role that is lost, 0 to 1."""
    return min(1.0, fsum(each.weight * each.loss(readings) for each in weighed))


def regained_without(
    rule: str, weighed: tuple[WeighedCompetency, ...], readings: Mapping[str, SignalReading]
) -> float:
    """By how much less of the role would be lost, had this rule found nothing."""
    return fsum(
        each.weight * share * (readings[signal].loss - readings[signal].loss_without(rule))
        for each in weighed
        for signal, share in each.shares.items()
    )
