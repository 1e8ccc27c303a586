"""Each fault of an engine at each named step of the way: every accepted submission ends as it does when all
is well, exactly once.

A few, chosen by ASSAY_TEST_CHAOS_SEED, are in `make test`; all are in `make chaos`.
"""

from collections.abc import Iterator
import os
import random

import pytest

from assay.crash_points import CrashPoint
from tests.chaos.disturbing import KINDS, Disturbance
from tests.chaos.faults import FAULTS, OF_ANY_BROKER, ON_REDIS, Fault
from tests.chaos.kinds import check_undisturbed
from tests.chaos.tree import IS_ALL, Tree, running_tree
from tests.conftest import needs_root

pytestmark = needs_root  # small disks

SEED = int(os.environ.get("ASSAY_TEST_CHAOS_SEED", "1"))
CASES = {
    broker: [(broker, point, fault) for fault in faults for point in CrashPoint]
    for broker, faults in (("redis", (*FAULTS, *ON_REDIS)), ("kafka", OF_ANY_BROKER))
}
FEW = {"redis": 4, "kafka": 0}  # a second tree costs more than its cases
CHOSEN = [
    case
    for broker, cases in CASES.items()
    for case in (cases if IS_ALL else random.Random(SEED).sample(cases, FEW[broker]))  # noqa: S311 - not guarded
]


@pytest.fixture(scope="module")
def tree(request: pytest.FixtureRequest) -> Iterator[Tree]:
    with running_tree(on_kafka=request.param == "kafka") as opened:
        yield opened


@pytest.fixture(scope="module")
def undisturbed(tree: Tree) -> dict[str, list[str]]:
    outcomes = dict(Disturbance(tree, "undisturbed", None, None).run())
    for source, outcome in outcomes.items():
        check_undisturbed(source, outcome)
    assert len(outcomes) == len(KINDS)
    return outcomes


@pytest.mark.parametrize(
    ("tree", "point", "fault"),
    [pytest.param(*case, id=f"{case[0]}-{case[2]}-{case[1]}") for case in CHOSEN],
    indirect=["tree"],
    scope="module",
)
def test_a_fault_then_changes_nothing(
    tree: Tree, undisturbed: dict[str, list[str]], point: CrashPoint, fault: Fault
) -> None:
    case = Disturbance(tree, f"{fault}-{point}", point, fault)
    outcomes = case.run()
    assert case.has_struck, "nobody came to that point"
    assert outcomes == [(source, undisturbed[source]) for source, _ in outcomes], case.causes()


def test_the_few_are_among_all() -> None:
    for cases in CASES.values():
        assert {point for _, point, _ in cases} == set(CrashPoint)
    assert {fault for cases in CASES.values() for _, _, fault in cases} == {*FAULTS, *ON_REDIS}
    assert set(CHOSEN) <= {case for cases in CASES.values() for case in cases}
