"""The broker that spreads due jobs, as 'assay doctor' sees it."""

from collections.abc import Iterator

from assay.cli.checks import Check
from assay.settings import Settings
from assay.wiring.queue_check import look_at_queue


def check_queue(settings: Settings) -> Iterator[Check]:
    """Whether it can be reached, keeps what it is told and has the topics. Nothing where there is none."""
    state = look_at_queue(settings)
    if state is not None:
        yield Check(name="queue", ok=state.ok, found=state.found, remedy=state.remedy)
