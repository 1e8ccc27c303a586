"""Numbers as they are shown. Rounding once, by decimals, keeps a machine's last bits out of them."""

from decimal import ROUND_HALF_EVEN, Decimal

POINT_PLACES = (
    1  # of totals, competencies and intervals: a tenth of a point is less than any of them is sure of
)
CHARGE_PLACES = 2  # of deductions, which are to add up
_NOISE_PLACES = 9  # what differs beyond it differs by how a machine adds, not by evidence


def rounded(value: float, places: int) -> float:
    """Half to even, and never minus zero."""
    quantum = Decimal(1).scaleb(-places)
    exact = Decimal(repr(round(value, _NOISE_PLACES)))
    return float(exact.quantize(quantum, rounding=ROUND_HALF_EVEN)) + 0.0
