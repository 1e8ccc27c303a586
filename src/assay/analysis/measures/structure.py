"""How far a program's structure is from that of others. Informative: there are many right ways. Pure.

Each program is the multiset of runs of GRAM kinds of nodes, in the order of its text; the distance of two is
one minus the weighted Jaccard index of these (Ružička): 0 for the same structure whatever the names are, 1
for nothing in common. Linear in the programs' sizes, where an edit distance of trees would be cubic.
"""

from collections import Counter
from collections.abc import Mapping

from assay.analysis.syntax import COMMENTS, Syntax

GRAM = 4


def profile(syntax: Syntax) -> Counter[tuple[str, ...]]:
    """The runs of kinds of nodes, and how often each occurs."""
    kinds = [step.kind for step in syntax.steps if step.node.is_named and step.kind not in COMMENTS]
    return Counter(tuple(kinds[at : at + GRAM]) for at in range(max(1, len(kinds) - GRAM + 1)))


def distance(one: Counter[tuple[str, ...]], other: Counter[tuple[str, ...]]) -> float:
    """From 0 to 1, the same both ways."""
    return 1.0 - (one & other).total() / (one | other).total()


def structural_distance(program: Syntax, references: Mapping[int, Syntax]) -> dict[str, float]:
    """The distance to the nearest of the references, and which of them that is, by its number. Empty when
    there are none."""
    own = profile(program)
    distances = {number: distance(own, profile(reference)) for number, reference in references.items()}
    if not distances:
        return {}
    nearest = min(distances, key=lambda number: (distances[number], number))
    return {"structural_distance": round(distances[nearest], 4), "nearest_reference": float(nearest)}
