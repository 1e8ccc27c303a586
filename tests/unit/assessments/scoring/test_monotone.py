"""Correct code never scores below incorrect code of the same quality; what is better lowers no score."""

from dataclasses import dataclass, replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from assay.assessments.rubrics import shipped_rubric
from assay.assessments.scoring import score
from assay.domain.finding import COMPETENCIES, Finding, Severity
from assay.domain.rubric import FindingsSignal, Rubric
from assay.domain.score import Score
from tests.unit.assessments.programs import METRICS, analysis, decision, finding, trace

DEFAULT = shipped_rubric("default@1")
SITES = ("concurrency_sites", "error_handling_sites", "resource_management_sites")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A program as evidence, and by what it is scored."""

    passes: tuple[bool, ...]
    found: tuple[Finding, ...]
    metrics: dict[str, float]
    ratio: float | None
    role: str
    rubric: Rubric = DEFAULT

    def score(self) -> Score:
        return score(
            decision(self.passes),
            analysis=analysis(self.found, metrics=self.metrics),
            trace=trace(time_ratio=self.ratio, memory_ratio=self.ratio),
            rubric=self.rubric,
            role=self.role,
            precision={},
        )


findings = st.lists(
    st.builds(
        finding,
        st.sampled_from([f"rule_{n}" for n in range(6)]),
        st.sampled_from(COMPETENCIES),
        st.sampled_from(Severity),
        line=st.integers(1, 40),
    ),
    max_size=25,
)
candidates = st.builds(
    Candidate,
    passes=st.lists(st.booleans(), min_size=1, max_size=20).map(tuple),
    found=findings.map(tuple),
    metrics=st.fixed_dictionaries(
        {"cyclomatic_max": st.floats(1, 200), **dict.fromkeys(SITES, st.integers(0, 2))}
    ),
    ratio=st.one_of(st.none(), st.floats(0.01, 100)),
    role=st.sampled_from([role.id for role in DEFAULT.roles]),
    rubric=st.builds(lambda share: replace(DEFAULT, correctness_share=share), st.floats(0, 1)),
)


@settings(max_examples=60, deadline=None)
@given(candidates, st.data())
def test_a_test_that_is_passed_too_never_lowers_a_score(candidate: Candidate, data: st.DataObject) -> None:
    more = list(candidate.passes)
    more[data.draw(st.integers(0, len(more) - 1))] = True
    before, after = candidate.score(), replace(candidate, passes=tuple(more)).score()
    assert after.total >= before.total
    assert after.interval.low >= before.interval.low
    assert after.interval.high >= before.interval.high
    correct = replace(candidate, passes=(True,) * len(more)).score()
    assert correct.total >= after.total


@settings(max_examples=60, deadline=None)
@given(candidates.filter(lambda candidate: bool(candidate.found)), st.data())
def test_a_finding_less_never_lowers_a_score(candidate: Candidate, data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(candidate.found) - 1))
    fewer = candidate.found[:gone] + candidate.found[gone + 1 :]
    before, after = candidate.score(), replace(candidate, found=fewer).score()
    assert after.total >= before.total
    assert after.interval.low >= before.interval.low


@settings(max_examples=40, deadline=None)
@given(candidates)
def test_what_cannot_be_assessed_costs_nothing(candidate: Candidate) -> None:
    known = candidate.score()
    unread = score(
        decision(candidate.passes),
        analysis=analysis(why_not="nested too deep"),
        trace=trace(time_ratio=candidate.ratio, memory_ratio=candidate.ratio),
        rubric=candidate.rubric,
        role=candidate.role,
        precision={},
    )
    assert unread.total == unread.correctness.score >= known.total
    assert replace(candidate, ratio=None).score().total >= known.total


@settings(max_examples=40, deadline=None)
@given(candidates)
def test_points_add_up_and_are_bounded(candidate: Candidate) -> None:
    result = candidate.score()
    lost = sum(deduction.points for deduction in result.deductions)
    correctness = 100 * sum(candidate.passes) / len(candidate.passes)
    assert abs(correctness - lost - result.total) <= 0.05 + 0.005 * len(result.deductions)
    assert 0 <= result.interval.low <= result.total <= result.interval.high <= 100
    bounds = {each.id: each.rule_charge_max for each in DEFAULT.signals if isinstance(each, FindingsSignal)}
    for rule, signal in {(each.rule, each.signal) for each in result.deductions if each.path}:
        charges = [each.charge for each in result.deductions if (each.rule, each.signal) == (rule, signal)]
        assert sum(charges) <= bounds[signal] + 0.01 * len(charges)


@settings(max_examples=40, deadline=None)
@given(candidates, st.integers())
def test_the_order_of_findings_changes_nothing(candidate: Candidate, seed: int) -> None:
    turned = list(candidate.found)
    Random(seed).shuffle(turned)  # noqa: S311  a shuffle that comes again, and no secret
    assert replace(candidate, found=tuple(turned)).score() == candidate.score()


def test_correct_code_of_the_worst_quality_is_above_code_that_passes_no_more_than_its_share() -> None:
    worst = [finding(f"r{n}", competency, line=n + 1) for n in range(9) for competency in COMPETENCIES]
    messy = Candidate(passes=(True,) * 10, found=tuple(worst), metrics=METRICS, ratio=1000.0, role="backend")
    spotless = Candidate(
        passes=(True,) * 5 + (False,) * 5, found=(), metrics=METRICS, ratio=1.0, role="backend"
    )
    assert messy.score().total >= 60 > spotless.score().total == 50
