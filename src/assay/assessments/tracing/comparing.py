"""Costs beside those of an accepted submission that ran on the same machine in the same minute. Pure.

Absolute times say more of a machine than of a program, and are compared with nobody's.
"""

from collections.abc import Sequence
import math

from assay.domain.trace import ComplexityClass, ReferenceComparison, TestTrace
from assay.domain.verdict import Verdict

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
    """The submission's costs as multiples of the reference's, over the tests that the reference came through.

    What a limit ended is not left out, or the slowest would be compared by what they were quick at: the time
    of a test that took too long, and the memory of one that took too much, are at least what was seen.
    """
    by_name = {test.test: test for test in reference if test.is_whole}
    pairs = [(test, by_name[test.test]) for test in tests if test.test in by_name]
    timed = [pair for pair in pairs if pair[0].is_whole or pair[0].verdict is Verdict.TLE]
    telling = [pair for pair in timed if max(pair[0].cpu_time_ns, pair[1].cpu_time_ns) >= TELLING_NS]
    weighed = [pair for pair in pairs if pair[0].is_whole or pair[0].verdict is Verdict.MLE]
    return ReferenceComparison(
        reference=name,
        language_id=language_id,
        same_language=same_language,
        time_ratio=_ratio([(own.cpu_time_ns, other.cpu_time_ns) for own, other in telling]),
        memory_ratio=_ratio([(own.memory_bytes, other.memory_bytes) for own, other in weighed]),
        time_class=time_class,
        at_least=any(not own.is_whole for own, _ in (*timed, *weighed)),
    )


def _ratio(pairs: Sequence[tuple[int, int]]) -> float | None:
    """The geometric mean of the quotients, which treats twice and half alike."""
    logarithms = [math.log(own / other) for own, other in pairs if own > 0 and other > 0]
    if not logarithms:
        return None
    return float(f"{math.exp(math.fsum(logarithms) / len(logarithms)):.{_DIGITS}g}")
