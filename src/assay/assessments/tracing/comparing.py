"""Costs beside those of an accepted submission that ran on the same machine in the same minute. Pure.

Absolute times say more of a machine than of a program, and are compared with nobody's.
"""

from collections.abc import Sequence
import math

from assay.domain.trace import ComplexityClass, ReferenceComparison, TestTrace

TELLING_NS = 50_000_000  # a test on which both take less shows how two languages start
_DIGITS = 3  # of a ratio: more would be noise


def compare(
    tests: Sequence[TestTrace],
    reference: Sequence[TestTrace],
    *,
    name: str,
    language_id: str,
    same_language: bool,
    time_class: ComplexityClass | None,
) -> ReferenceComparison:
    """The submission's costs as multiples of the reference's, over the tests that both came through."""
    by_name = {test.test: test for test in reference if test.is_whole}
    pairs = [(test, by_name[test.test]) for test in tests if test.is_whole and test.test in by_name]
    telling = [pair for pair in pairs if max(pair[0].cpu_time_ns, pair[1].cpu_time_ns) >= TELLING_NS]
    return ReferenceComparison(
        reference=name,
        language_id=language_id,
        same_language=same_language,
        time_ratio=_ratio([(own.cpu_time_ns, other.cpu_time_ns) for own, other in telling]),
        memory_ratio=_ratio([(own.memory_bytes, other.memory_bytes) for own, other in pairs]),
        time_class=time_class,
    )


def _ratio(pairs: Sequence[tuple[int, int]]) -> float | None:
    """The geometric mean of the quotients, which treats twice and half alike."""
    logarithms = [math.log(own / other) for own, other in pairs if own > 0 and other > 0]
    if not logarithms:
        return None
    return float(f"{math.exp(math.fsum(logarithms) / len(logarithms)):.{_DIGITS}g}")
