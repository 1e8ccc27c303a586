"""How many disguised copies are found, and how many honest submissions are flagged with them.

Two thresholds: `own`, which the product sets from the scores of the class, copies among them; and `at 1 %`,
where just one honest submission in a hundred is flagged, which nobody knows outside a benchmark. A false
positive is an honest submission that is in any flagged pair, however many others it is compared with.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
import sys

import numpy as np

from assay.analysis.similarity.compare import Material, compare
from assay.analysis.similarity.kernel import Kernel
from assay.analysis.similarity.nouns import Comparison
from benchmarks.similarity.authors import ENDINGS
from benchmarks.similarity.classes import Class, a_class
from benchmarks.similarity.disguises import DISGUISES

AUTHORS, COPIES_EACH, CLASSES = 100, 4, 4
ASKED = ("comments", "names", "declarations", "dead_code")
_ALL_PAIRS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Of one class: for each copy its similarity to its origin; of each honest one its best match."""

    own_threshold: float
    copies: tuple[tuple[str, float], ...]
    honest: tuple[float, ...]

    @property
    def threshold_at_one_percent(self) -> float:
        return float(np.quantile(self.honest, 0.99))


def main() -> None:
    print(f"{CLASSES} classes of {AUTHORS} honest authors and {COPIES_EACH} copies in each disguise")
    print("recall at the product's own threshold (and where 1 % of the honest are flagged)")
    _head(ASKED)
    for language in ENDINGS:
        _row(language, [outcome_of(_class(language, seed, ASKED)) for seed in range(CLASSES)], ASKED)
    harder = tuple(how for how in DISGUISES if how not in ASKED)
    print("\nmore work than the above: nothing is promised")
    _head(harder)
    for language in ENDINGS:
        _row(language, [outcome_of(_class(language, seed, harder)) for seed in range(CLASSES)], harder)


def outcome_of(of: Class) -> Outcome:
    """By the product itself, candidates and all."""
    found = compare(
        Material(submissions=of.submissions),
        top=_ALL_PAIRS,
        jobs=2,
        kernel=Kernel(),
        tell=lambda _, __, ___: None,
    )
    likeness = {frozenset((pair.a, pair.b)): pair.similarity for pair in found.pairs}
    best = _best(found)
    value = found.threshold.value
    return Outcome(
        own_threshold=2.0 if value is None else value,
        copies=tuple(
            (each.how, likeness.get(frozenset((each.origin, each.copy)), 0.0)) for each in of.copies
        ),
        honest=tuple(best[name] for name in sorted(of.honest)),
    )


def _class(language: str, seed: int, hows: tuple[str, ...]) -> Class:
    return a_class(language, str(seed), authors=AUTHORS, hows=hows, copies_each=COPIES_EACH)


def _best(found: Comparison) -> dict[str, float]:
    best: dict[str, float] = defaultdict(float)
    for pair in found.pairs:
        for name in (pair.a, pair.b):
            best[name] = max(best[name], pair.similarity)
    return best


def _head(hows: Sequence[str]) -> None:
    print(f"{'':<20}{'threshold':<15}{'false positives':<18}" + "".join(f"{how:<18}" for how in hows))


def _row(name: str, outcomes: Sequence[Outcome], hows: Sequence[str]) -> None:
    own = float(np.mean([each.own_threshold for each in outcomes]))
    at_one = float(np.mean([each.threshold_at_one_percent for each in outcomes]))
    flagged = [score >= each.own_threshold for each in outcomes for score in each.honest]
    cells = [f"{own:.2f} ({at_one:.2f})", f"{float(np.mean(flagged)):.1%} (1 %)"]
    for how in hows:
        scores = [(each, score) for each in outcomes for kind, score in each.copies if kind == how]
        found = np.mean([score >= each.own_threshold for each, score in scores])
        found_at_one = np.mean([score > each.threshold_at_one_percent for each, score in scores])
        cells.append(f"{float(found):.2f} ({float(found_at_one):.2f})")
    print(f"{name:<20}{cells[0]:<15}{cells[1]:<18}" + "".join(f"{cell:<18}" for cell in cells[2:]))
    sys.stdout.flush()
