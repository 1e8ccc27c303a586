"""The default output validator in its place: what a difference comes to."""

import asyncio
import threading

import pytest

from assay.domain.grading import Scored
from assay.domain.problem import ComparisonMethod, DataRef, OutputComparison, TestCase
from assay.domain.verdict import Verdict
from assay.judging import checking
from assay.judging.checking import INLINE_BYTES_MAX, check_default
from assay.judging.scoring import outcome
from tests.unit.judging.comparing import file_of


def case(method: ComparisonMethod, scored: Scored = Scored.NO, *, is_sample: bool = False) -> TestCase:
    return TestCase(
        name="secret/1",
        input=DataRef("1.in"),
        answer=DataRef("1.ans"),
        is_sample=is_sample,
        comparison=OutputComparison(method=method, case_sensitive=True),
        scored=scored,
        accept_score=None if scored is Scored.NO else 20.0,
    )


@pytest.mark.parametrize(
    ("method", "output", "verdict"),
    [
        (ComparisonMethod.TOKENS, b"1 2 3\n", None),
        (ComparisonMethod.TOKENS, b"1 2 4\n", Verdict.WA),
        (ComparisonMethod.IDENTICAL, b"1 2 3\n", None),
        (ComparisonMethod.IDENTICAL, b"1  2 3\n", Verdict.PE),
        (ComparisonMethod.IDENTICAL, b"1 2 4\n", Verdict.WA),
    ],
)
async def test_verdicts(method: ComparisonMethod, output: bytes, verdict: Verdict | None) -> None:
    with file_of(output) as output_fd, file_of(b"1 2 3\n") as answer_fd:
        ruling, _ = await check_default(output_fd, answer_fd, case(method))
    assert ruling.verdict is verdict
    assert bool(ruling.message) is (verdict is not None)


@pytest.mark.parametrize(
    ("output", "scored", "verdict", "score"),
    [
        (b"1\n2\n7\n4\n", Scored.FREE, Verdict.WA, 15.0),
        (b"1\n2\n3\n4\n", Scored.FREE, Verdict.AC, None),  # what the test is worth
        (b"9\n9\n9\n9\n", Scored.FREE, Verdict.WA, None),
        (b"1\n2\n7\n4\n", Scored.NO, Verdict.WA, None),
        (b"1\n2\n7\n4\n", Scored.BOUNDED, Verdict.WA, None),  # there, what is not accepted has no points
    ],
)
async def test_a_share_of_the_points_where_tests_may_have_one(
    output: bytes, scored: Scored, verdict: Verdict, score: float | None
) -> None:
    test = case(ComparisonMethod.LINE_SHARE, scored)
    with file_of(output) as output_fd, file_of(b"1\n2\n3\n4\n") as answer_fd:
        ruling, judged = await check_default(output_fd, answer_fd, test)
    if ruling.verdict is None:
        found = outcome("the validator", test, judged)
        assert (found.verdict, found.score) == (verdict, score)
        assert bool(judged.team_message) is (verdict is not Verdict.AC)
    else:
        assert (ruling.verdict, None) == (verdict, score)


@pytest.mark.parametrize("size", [INLINE_BYTES_MAX // 2, INLINE_BYTES_MAX // 2 + 1])
async def test_large_files_are_compared_in_a_thread(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a comparison of seconds holds up nobody else; for small ones the way there costs more."""
    threads: list[threading.Thread] = []

    def compare(*_: object) -> None:
        threads.append(threading.current_thread())

    monkeypatch.setattr(checking, "find_difference", compare)
    with file_of(b"x" * size) as output_fd, file_of(b"x" * size) as answer_fd:
        await check_default(output_fd, answer_fd, case(ComparisonMethod.TOKENS))
    await asyncio.sleep(0)
    assert (threads[0] is threading.main_thread()) is (size == INLINE_BYTES_MAX // 2)
