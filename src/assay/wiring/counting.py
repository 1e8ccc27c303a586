"""Who counts what runs do: the kernel, by BPF, where it lets us."""

import os

from assay.assessments.tracing import CallCounter, NotCounting
from assay.judging.desk import SLOTS_MAX
from assay.sandbox import CellConfig
from assay.settings import Settings


def open_call_counter(settings: Settings) -> CallCounter | NotCounting:
    """A counter of what runs in the slots of a cell with these settings, or why there is none.

    For root, before it becomes an ordinary user. Until it is closed every system call on this machine is a
    little slower: let it count first and measure times afterwards.
    """
    if settings.docker is not None:
        return NotCounting(reason="programs run in a Docker engine, whose users say nothing about slots")
    if os.geteuid() != 0:
        return NotCounting(reason="only root may have the kernel count")
    # It loads ctypes and a table, which most commands have no use for.
    from assay.adapters.bpf import BpfCallCounter, CannotCount  # noqa: PLC0415

    try:
        return BpfCallCounter(
            first_uid=settings.first_slot_uid, count=settings.slots_max * SLOTS_MAX + CellConfig.spare_slots
        )
    except CannotCount as error:
        return NotCounting(reason=str(error))
