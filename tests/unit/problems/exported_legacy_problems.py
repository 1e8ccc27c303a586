"""Any problem that the legacy dialect of the package format can have, for hypothesis."""

from dataclasses import replace

from hypothesis import strategies as st

from assay.domain.grading import Aggregation, GroupVerdict, Scored, Scoring, TestGroup
from assay.domain.jury import DataRef
from assay.domain.problem import (
    Credit,
    OutputComparison,
    Problem,
    ShownSample,
    TestCase,
)
from tests.unit.problems.exported_problems import WORDS, standard_problems


@st.composite
def legacy_problems(draw: st.DrawFn) -> Problem:
    """Any problem that the legacy dialect can have, with scores or without."""
    problem: Problem = draw(standard_problems())
    is_default = problem.validation is None
    common = problem.tests[0].comparison
    is_scoring = problem.scoring is not None
    worth = draw(st.sampled_from([1.0, 2.5, 10.0]))
    tests = tuple(
        replace(
            test,
            comparison=common if is_default else OutputComparison(),
            validator_args=() if is_default else ("same", "words"),
            args=(),
            files=(),
            full_feedback=test.is_sample,
            shown=_legacy_shown(problem, test),
            scored=Scored.FREE if is_scoring else Scored.NO,
            accept_score=worth if is_scoring else None,
            reject_score=0.5 if is_scoring else 0.0,
        )
        for test in problem.tests
    )
    about = replace(
        problem.about,
        revision="",
        embargo_until="",
        credits=tuple(Credit(role="authors", name=name) for name in draw(st.lists(WORDS, max_size=2))),
        sources=problem.about.sources[:1],
        keywords=tuple(draw(st.lists(WORDS, max_size=2))),
    )
    grading = problem.grading
    if grading is not None:
        grading = _as_legacy(draw, grading)
    return replace(
        problem,
        tests=tests,
        about=about,
        languages=None,
        grading=grading,
        scoring=Scoring(
            is_minimised=draw(st.booleans()), needs_acceptance=True, shows_groups=draw(st.booleans())
        )
        if is_scoring
        else None,
    )


def _legacy_shown(problem: Problem, test: TestCase) -> ShownSample | None:
    if test.shown is not None:
        return ShownSample(interaction=DataRef("<1\n"))
    is_talk = problem.validation is not None and problem.validation.interactor is not None
    return ShownSample() if is_talk and test.is_sample else None


def _as_legacy(draw: st.DrawFn, group: TestGroup) -> TestGroup:
    members = tuple(_as_legacy(draw, each) if isinstance(each, TestGroup) else each for each in group.members)
    return TestGroup(
        name=group.name,
        members=members,
        aggregation=draw(
            st.sampled_from([Aggregation.SUM, Aggregation.MIN, Aggregation.MAX, Aggregation.AVERAGE])
        ),
        verdict=draw(st.sampled_from(GroupVerdict)),
        any_accepted=draw(st.booleans()),
        stops_at_rejection=draw(st.booleans()),
        counts=group.counts,
    )
