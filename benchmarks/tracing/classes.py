"""Made-up series with noise: how often the class that made one is found, and what its confidence is worth.

Each series has twelve sizes over three powers of ten (2^n: thirteen over one and a half), starts at 10 ms
and rises to `rise` times that. Sure: a confidence of at least 0.9. Silent: nothing was said.
"""

from dataclasses import dataclass
from time import process_time

from assay.assessments.tracing.growth import growth_of
from assay.domain.trace import ComplexityClass
from tests.unit.assessments.tracing.series import growing

SERIES = 200
NOISES = (0.02, 0.05, 0.10)
RISES = (5.0, 100.0)
SURE = 0.9
RIGHT_MIN = 0.95  # at 5 % of noise


def main() -> None:
    print(f"{'class':<11} {'noise':>5} {'rise':>5}  right  sure  right if sure  silent")
    began = process_time()
    rows: list[_Row] = []
    for complexity_class in ComplexityClass:
        for noise in NOISES:
            for rise in RISES if complexity_class is not ComplexityClass.CONSTANT else (0.0,):
                rows.append(_row(complexity_class, noise, rise))
                print(rows[-1].words)
    sure, right = (sum(row.sure for row in rows), sum(row.sure_and_right for row in rows))
    print(f"of {sure} with a confidence of {SURE:g} and more {right / sure:.1%} are right")
    spent_s = process_time() - began
    print(f"{1000 * spent_s / SERIES / len(rows):.1f} ms of CPU time for a series of time and memory")


@dataclass(frozen=True, kw_only=True)
class _Row:
    words: str
    sure: int
    sure_and_right: int


def _row(complexity_class: ComplexityClass, noise: float, rise: float) -> _Row:
    fits = [
        growth_of(growing(complexity_class, seed=seed, noise=noise, rise=rise))[0].time
        for seed in range(SERIES)
    ]
    said = [fit for fit in fits if fit is not None]
    right = [fit for fit in said if fit.complexity_class is complexity_class]
    sure = [fit for fit in said if fit.confidence >= SURE]
    sure_and_right = [fit for fit in right if fit.confidence >= SURE]
    words = (
        f"{complexity_class.value:<11} {noise:>5.0%} {rise:>5g}  {len(right) / SERIES:>5.1%}  "
        f"{len(sure) / SERIES:>4.0%}  {_share(len(sure_and_right), len(sure)):>13}  "
        f"{1 - len(said) / SERIES:>6.1%}"
    )
    return _Row(words=words, sure=len(sure), sure_and_right=len(sure_and_right))


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"
