"""Score one program: from what was judged, found and measured to points, each with its reason."""

from collections.abc import Mapping

from assay.assessments.scoring.by_evidence import sum_up
from assay.assessments.scoring.classic import figures, sum_up_classic
from assay.assessments.scoring.interval import Posterior
from assay.assessments.scoring.material import Material, versions_of
from assay.assessments.scoring.outcome import Outcome, read_outcome
from assay.assessments.scoring.precision import RulePrecision
from assay.assessments.scoring.rounding import POINT_PLACES, rounded
from assay.domain.finding import Analysis
from assay.domain.judgement import Decision
from assay.domain.rubric import POINTS_MAX, Role, Rubric
from assay.domain.score import Correctness, Interval, Score
from assay.domain.trace import ExecutionTrace
from assay.errors import InvalidInput


def score(
    decision: Decision,
    *,
    analysis: Analysis,
    trace: ExecutionTrace,
    rubric: Rubric,
    role: str,
    precision: Mapping[str, RulePrecision],
) -> Score:
    """The score of the program that `decision` judged, by `rubric` for `role`.

    Pure: the same evidence gives the same score, on any machine and in any order of findings. `precision` is
    of the rules, as counted; for others the rubric's assumption stands.

    Raises `InvalidInput` for a role that the rubric has not, and `NotScorable` where judging failed.
    """
    material = Material(
        outcome=read_outcome(decision, correlation=rubric.uncertainty.correlation),
        analysis=analysis,
        trace=trace,
        rubric=rubric,
        role=choose_role(rubric, role),
        precision=precision,
    )
    result = sum_up(material) if rubric.classic is None else sum_up_classic(material, rubric.classic)
    return Score(
        rubric=rubric.name,
        role=role,
        total=result.total,
        interval=result.interval,
        correctness=_correctness(material.outcome, rubric.uncertainty.level),
        competencies=result.competencies,
        assessed_share=result.assessed_share,
        complexity=material.complexity,
        remarks=(*material.remarks, *result.remarks),
        versions=versions_of(decision.evidence, analysis, rubric, precision),
        classic=None if rubric.classic is None else figures(material),
    )


def choose_role(rubric: Rubric, role_id: str) -> Role:
    """Raises `InvalidInput` naming the roles that there are."""
    role = rubric.role(role_id)
    if role is None:
        known = ", ".join(each.id for each in rubric.roles)
        raise InvalidInput(f"{rubric.name} has no role {role_id[:50]!r}; it has {known}", field="role")
    return role


def _correctness(outcome: Outcome, level: float) -> Correctness:
    low, high = Posterior(share=outcome.share, effective_tests=outcome.effective_tests).ends(level)
    return Correctness(
        score=rounded(POINTS_MAX * outcome.share, POINT_PLACES),
        interval=Interval(
            low=rounded(POINTS_MAX * low, POINT_PLACES),
            high=rounded(POINTS_MAX * high, POINT_PLACES),
            level=level,
        ),
        passed=outcome.passed,
        count=outcome.count,
    )
