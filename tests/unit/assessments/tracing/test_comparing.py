"""Ratios to references, and which these are."""

from dataclasses import replace

import pytest

from assay.assessments.tracing.comparing import TELLING_NS, compare
from assay.assessments.tracing.references import REFERENCES_MAX, choose_references
from assay.domain.submission import SourceFile
from assay.domain.trace import ComplexityClass, ReferenceComparison, TestTrace
from assay.domain.verdict import Verdict
from assay.languages import load_catalogue
from assay.problems import PackageSubmission
from assay.problems.expectations import ANYTHING, Expectation
from tests.unit.assessments.tracing.series import a_test

CATALOGUE = load_catalogue()


def beside(own: list[TestTrace], other: list[TestTrace]) -> ReferenceComparison:
    return compare(
        own,
        other,
        name="accepted/one.c",
        language_id="c",
        same_language=True,
        time_class=ComplexityClass.LINEAR,
    )


def test_a_ratio_is_the_geometric_mean_over_the_tests_that_tell() -> None:
    own = [a_test(1, 10_000_000), a_test(2, 400_000_000, 8e6), a_test(3, 100_000_000, 2e6)]
    other = [a_test(1, 1_000_000), a_test(2, 100_000_000, 2e6), a_test(3, 100_000_000, 2e6)]
    found = beside(own, other)
    assert found.time_ratio == 2.0, "the first test shows how they start"
    assert found.memory_ratio == pytest.approx(4 ** (1 / 3), rel=0.01), "memory tells on each"
    assert beside(other, own).time_ratio == 0.5


def test_a_test_tells_if_either_takes_long_enough() -> None:
    short, long = [a_test(1, TELLING_NS // 10)], [a_test(1, TELLING_NS)]
    assert beside(short, short).time_ratio is None
    assert beside(long, short).time_ratio == 10.0
    assert beside(short, long).time_ratio == 0.1


def test_only_tests_that_both_came_through_are_compared() -> None:
    whole, ended = a_test(1, 1e8), a_test(1, 1e8, is_whole=False)
    for own, other in ((whole, ended), (ended, whole), (whole, replace(whole, test="secret/other"))):
        found = beside([own], [other])
        assert (found.time_ratio, found.memory_ratio) == (None, None)
        assert not found.at_least


def test_what_a_limit_ended_counts_with_what_it_had_taken() -> None:
    quick, other = a_test(1, 1e6, 2e6), [a_test(1, 1e6, 2e6), a_test(2, 1e8, 2e6)]
    too_slow = a_test(2, 2e9, 1e6, is_whole=False, verdict=Verdict.TLE)
    found = beside([quick, too_slow], other)
    assert (found.time_ratio, found.memory_ratio, found.at_least) == (20.0, 1.0, True)
    too_large = a_test(2, 1e6, 8e6, is_whole=False, verdict=Verdict.MLE)
    found = beside([quick, too_large], other)
    assert (found.time_ratio, found.memory_ratio, found.at_least) == (None, 2.0, True)
    assert beside(other, [quick, too_slow]).time_ratio is None, "no reference is one that a limit ended"


def test_a_host_that_is_slower_for_both_changes_nothing() -> None:
    own, other = [a_test(1, 3e8), a_test(2, 7e8)], [a_test(1, 1e8), a_test(2, 1e8)]
    slower = [[replace(test, cpu_time_ns=5 * test.cpu_time_ns) for test in tests] for tests in (own, other)]
    assert beside(*slower) == beside(own, other)


def submission(path: str, language_id: str | None, expectation: Expectation) -> PackageSubmission:
    files = (SourceFile(name=path.rpartition("/")[2], content=b"one\r\ntwo"),)
    return PackageSubmission(path=path, files=files, language_id=language_id, expectation=expectation)


ACCEPTED = Expectation(verdicts=(Verdict.AC,))


def names(submissions: list[PackageSubmission], *, missing: str = "") -> list[str]:
    found = choose_references(
        submissions, "c", language=CATALOGUE.get, is_available=lambda language: language.id != missing
    )
    return [program.name for program in found]


def test_references_are_in_the_same_language_if_there_are_any() -> None:
    given = [submission(path, language, ACCEPTED) for path, language in (("a.py", "python3"), ("b.c", "c"))]
    assert names(given) == names(given[::-1]) == ["b.c"]
    assert names(given, missing="c") == ["a.py"]


def test_only_what_must_be_accepted_and_can_be_run_is_a_reference() -> None:
    given = [
        submission("wrong.c", "c", Expectation(verdicts=(Verdict.WA,))),
        submission("either.c", "c", Expectation(verdicts=(Verdict.AC, Verdict.TLE))),
        submission("unsaid.c", "c", ANYTHING),
        submission("unknown.xyz", None, ACCEPTED),
        submission("gone.b", "befunge", ACCEPTED),
        submission("right.rs", "rust", ACCEPTED),
    ]
    assert names(given) == ["right.rs"]
    assert names(given, missing="rust") == []


def test_there_are_not_too_many_and_their_lines_end_as_submissions_do() -> None:
    given = [submission(f"{number}.c", "c", ACCEPTED) for number in range(REFERENCES_MAX + 2)]
    assert len(names(given)) == REFERENCES_MAX
    (program, *_) = choose_references(given, "c", language=CATALOGUE.get, is_available=lambda _: True)
    assert program.files[0].content == b"one\ntwo"
