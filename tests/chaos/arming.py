"""Processes that are armed while they run: a matrix that started them anew for each case would take hours.

The plan, as in ASSAY_CRASH_POINT, is in the file that ASSAY_TEST_CHAOS_PLAN names; SIGUSR1 says that it is
another one now. An empty plan disarms. SIGUSR2 asks what it waits for: it tells on standard error.
"""

import asyncio
import os
import signal

from assay.crash_points import arm, read_plan

PLAN = "ASSAY_TEST_CHAOS_PLAN"


def listen_for_plans() -> None:
    """From now on, until the process ends. Nothing without a file to read them from."""
    place = os.environ.get(PLAN)
    if place is not None:
        signal.signal(signal.SIGUSR2, lambda *_: _tell_what_is_waited_for())
        descriptor = os.open(place, os.O_RDONLY)  # now: a server lets itself open hardly anything later
        signal.signal(signal.SIGUSR1, lambda *_: arm(read_plan(os.pread(descriptor, 1000, 0).decode())))


def _tell_what_is_waited_for() -> None:
    for task in asyncio.all_tasks():
        task.print_stack()
