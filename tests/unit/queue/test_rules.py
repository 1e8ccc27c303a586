"""When to try again: never sooner than full jitter allows, never for ever."""

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.queue.rules import (
    ATTEMPTS_MAX,
    BACKOFF_MAX_SECONDS,
    GiveUp,
    TryAgain,
    after_fault,
    is_exhausted,
)


@pytest.mark.parametrize(("attempt", "ceiling_seconds"), [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0)])
def test_the_delay_is_anywhere_below_a_ceiling_that_doubles(attempt: int, ceiling_seconds: float) -> None:
    assert after_fault(attempt=attempt, chance=0.0) == TryAgain(delay_seconds=0.0)
    assert after_fault(attempt=attempt, chance=0.5) == TryAgain(delay_seconds=ceiling_seconds / 2)
    assert after_fault(attempt=attempt, chance=0.999) == TryAgain(delay_seconds=0.999 * ceiling_seconds)


def test_the_last_attempt_is_the_fifth() -> None:
    assert after_fault(attempt=ATTEMPTS_MAX, chance=0.0) == GiveUp()
    assert ATTEMPTS_MAX == 5


@given(attempt=st.integers(1, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_one_tries_again_exactly_while_attempts_are_left(attempt: int, chance: float) -> None:
    match after_fault(attempt=attempt, chance=chance):
        case TryAgain(delay_seconds=delay_seconds):
            assert not is_exhausted(attempt)
            assert 0 <= delay_seconds < BACKOFF_MAX_SECONDS
        case GiveUp():
            assert is_exhausted(attempt)
