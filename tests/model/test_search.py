"""Every interleaving of the protocol keeps DESIGN's promises, and every broken protocol is found out."""

from collections.abc import Mapping

import pytest

from assay.queue.rules import ATTEMPTS_MAX, DEATHS_MAX
from tests.model.broker import STEPS_WITH_BROKER
from tests.model.mutants import BELIEVING_RELAY, BELIEVING_WORKERS, MUTANTS, Mutant
from tests.model.protocol import STEPS, Step, Transition
from tests.model.scoring import STEPS_WITH_SCORING
from tests.model.search import explore
from tests.model.world import Bounds, World

WORLDS: list[tuple[str, Mapping[str, Transition], Bounds]] = [
    ("two workers, two submissions", STEPS, Bounds(workers=2, submissions=2, accepted=True)),
    (
        "as many tries as there really are",
        STEPS,
        Bounds(workers=2, submissions=1, accepted=True, attempts_max=ATTEMPTS_MAX, deaths_max=DEATHS_MAX),
    ),
    (
        "three workers",
        STEPS,
        Bounds(workers=3, submissions=1, accepted=True, attempts_max=2, deaths_max=2),
    ),
    (
        "a client that asks twice, and its submission's whole way",
        STEPS,
        Bounds(workers=1, submissions=1, requests=2, attempts_max=2, deaths_max=1),
    ),
    (
        "three requests under one key",
        STEPS,
        Bounds(workers=1, submissions=1, requests=3, attempts_max=1, deaths_max=1, has_operator=False),
    ),
    (
        "a broker that loses, doubles and reorders",
        STEPS_WITH_BROKER,
        Bounds(workers=2, submissions=1, accepted=True, has_broker=True),
    ),
    (
        "a broker, and two submissions",
        STEPS_WITH_BROKER,
        Bounds(
            workers=1, submissions=2, accepted=True, attempts_max=1, deaths_max=1, has_broker=True,
            messages_max=1, has_operator=False,
        ),
    ),
    (
        "a relay that never tells twice, beside workers that look at the rows",
        BELIEVING_RELAY,
        Bounds(workers=2, submissions=1, accepted=True, has_broker=True, has_operator=False),
    ),
    (
        "workers that never look at the rows, beside a relay that tells again what was lost",
        BELIEVING_WORKERS,
        Bounds(workers=2, submissions=1, accepted=True, has_broker=True, has_operator=False),
    ),
    (
        "an assessment's whole way to its score",
        STEPS_WITH_SCORING,
        Bounds(workers=1, submissions=1, attempts_max=2, deaths_max=1, scorers=2),
    ),
    (
        "three that would score one assessment",
        STEPS_WITH_SCORING,
        Bounds(workers=1, submissions=1, accepted=True, attempts_max=1, deaths_max=1, scorers=3),
    ),
    (
        "two assessments",
        STEPS_WITH_SCORING,
        Bounds(
            workers=1, submissions=2, accepted=True, attempts_max=1, deaths_max=1, scorers=2,
            has_operator=False,
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "protocol", "bounds"), WORLDS, ids=[name for name, *_ in WORLDS])
def test_every_interleaving_keeps_what_is_promised(
    name: str, protocol: Mapping[str, Transition], bounds: Bounds
) -> None:
    found = explore(protocol, bounds)
    print(f"{name}: {found}")
    assert found.wrong is None, str(found)


@pytest.mark.parametrize(
    ("steps", "bounds"),
    [
        (STEPS_WITH_BROKER, Bounds(workers=1, submissions=1, has_broker=True)),
        (STEPS_WITH_SCORING, Bounds(workers=1, submissions=1, scorers=1)),
    ],
    ids=["broker", "scoring"],
)
def test_every_step_is_taken_somewhere(steps: Mapping[str, Transition], bounds: Bounds) -> None:
    """A step that no world ever takes would be a promise about nothing."""
    taken: set[str] = set()

    def noting(name: str, transition: Transition) -> Transition:
        def noted(world: World, bounds: Bounds) -> "list[Step]":
            steps = list(transition(world, bounds))
            if steps:
                taken.add(name)
            return steps

        return lambda world, bounds: iter(noted(world, bounds))

    protocol = {name: noting(name, step) for name, step in steps.items()}
    explore(protocol, bounds)
    assert taken == set(protocol)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_broken_protocol_is_caught(mutant: Mutant) -> None:
    found = explore(mutant.protocol, mutant.bounds)
    print(found)
    assert found.wrong is not None, f"{mutant.name} was not caught in {found}"
    assert mutant.wrong in found.wrong, str(found)
    assert found.trace, "and nobody could tell how it came about"


def test_what_went_wrong_is_told_step_by_step() -> None:
    """A slow worker comes back when its job is another's."""
    mutant = next(each for each in MUTANTS if each.name == "finish_of_any_lease")
    lines = explore(mutant.protocol, mutant.bounds).trace.splitlines()
    steps = [line.split()[1].partition("(")[0] for line in lines if line[:3].strip().isdigit()]
    assert steps == ["claim", "decide", "time_passes", "sweep", "claim", "finish"]
    assert "      submission 1: job pending → leased, attempt 0 → 1, token 0 → 1" in lines
