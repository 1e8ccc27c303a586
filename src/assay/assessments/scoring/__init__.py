"""From evidence to a score: pure, and the same on any machine. How: docs/scoring.md.

outcome.py    what the judgement says: tests passed, and for how many independent ones they stand
signals.py    what findings, measures and metrics charge
weighing.py   signals to competencies to a total
interval.py   where the total is to be believed
classic.py    the other arithmetic, which is fixed
score.py      the verb
"""

from assay.assessments.scoring.comparing import Claim, Comparison, Standing, claim_of, compare, read_claim
from assay.assessments.scoring.document import describe_score
from assay.assessments.scoring.precision import Precision, RulePrecision, describe_counts, shipped_precision
from assay.assessments.scoring.score import score

__all__ = [
    "Claim",
    "Comparison",
    "Precision",
    "RulePrecision",
    "Standing",
    "claim_of",
    "compare",
    "describe_counts",
    "describe_score",
    "read_claim",
    "score",
    "shipped_precision",
]
