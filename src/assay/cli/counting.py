"""The kernel's counting for a command that judges locally."""

import os

from assay.assessments.tracing import CallCounter, NotCounting
from assay.settings import read_settings
from assay.wiring.counting import open_call_counter


def local_call_counter(*, slots: int) -> CallCounter | NotCounting:
    """What counts in the `local_sandbox` of so many slots. Call it before that, while this is still root."""
    return open_call_counter(read_settings(os.environ, slots=slots))
