"""The model does not drift from the code: each step names functions that are there, and none is left out."""

from importlib import import_module
import inspect
import re

import pytest

from assay.assessments.ports import ScoreStore
from assay.intake.ports import SubmissionStore
from assay.queue.announcing import Announcements
from assay.queue.desk import QueueDesk
from assay.queue.ports import JobQueue
from assay.verdicts.ports import VerdictStore
from tests.model.broker import STEPS_WITH_BROKER
from tests.model.protocol import Transition
from tests.model.scoring import STEPS_OF_SCORING

_NAME = re.compile(r"`(assay[a-z_.]*):([A-Za-z_.]+)`")
NOT_MODELLED = {
    "counts",
    "jobs",
    "faults",
    "move",
    "hold",
    "release",
}  # they only look, or choose who is next
ONLY_LOOKS = {"announcement_of", "has_due", "state", "unscored", "counts"}
ALL_STEPS = {**STEPS_WITH_BROKER, **STEPS_OF_SCORING}
ADAPTERS_OF: dict[type, set[str]] = {
    QueueDesk: {"sql"},
    ScoreStore: {"sql", "memory"},
}  # of others: all three
PORTS = [JobQueue, VerdictStore, SubmissionStore, QueueDesk, Announcements, ScoreStore]


def named(step: Transition) -> list[tuple[str, str]]:
    return _NAME.findall(inspect.getdoc(step) or "")


@pytest.mark.parametrize("name", ALL_STEPS)
def test_a_step_names_code_that_is_there(name: str) -> None:
    found = named(ALL_STEPS[name])
    assert found, f"{name} names no code"
    for module, path in found:
        thing = import_module(module)
        for part in path.split("."):
            thing = getattr(thing, part)
        assert callable(thing)


@pytest.mark.parametrize("port", PORTS)
def test_each_operation_of_a_port_is_a_step_for_each_adapter(port: type) -> None:
    every = {pair for step in ALL_STEPS.values() for pair in named(step)}
    operations = {name for name in vars(port) if not name.startswith("_")}
    operations -= NOT_MODELLED if port is QueueDesk else ONLY_LOOKS
    assert operations
    for operation in operations:
        places = {module.split(".")[2] for module, path in every if path.endswith(f".{operation}")}
        needed = ADAPTERS_OF.get(port, {"sql", "postgres", "memory"})
        assert needed <= places, f"{operation}: no step names it for {needed - places}"
