"""Counts what the programs in the cell's slots do. Made by root; used, and closed, by anybody.

The counts are in memory that is mapped while we are root, and closing a descriptor detaches a program: so
nothing of it needs a privilege after the command has become an ordinary user.
"""

from contextlib import ExitStack
import mmap
import os
from pathlib import Path
import struct

from assay.adapters.bpf import kernel, programs
from assay.adapters.bpf.calls import CallTable
from assay.adapters.bpf.region import (
    ARMED,
    INVOLUNTARY_SWITCHES,
    NUMBERS,
    OTHER_CALLS,
    PAGE_FAULTS,
    REGION_BYTES,
    THREADS_MAX,
    VOLUNTARY_SWITCHES,
)
from assay.domain.trace import Counts

_NUMBERS = struct.Struct(f"={NUMBERS}Q")
_ONLINE_CORES = Path("/sys/devices/system/cpu/online")


class CannotCount(Exception):
    """The kernel, or we, cannot count here; the message is for people."""


class BpfCallCounter:
    """The kernel's programs, attached from the beginning to `close`. A `CallCounter`."""

    def __init__(self, *, first_uid: int, count: int) -> None:
        """For the `count` users from `first_uid` on. Raises `CannotCount`."""
        try:
            self._calls = CallTable()
        except KeyError as error:
            raise CannotCount(f"the system calls of this architecture are not known: {error}") from error
        self._count = count
        self._attached = ExitStack()
        with ExitStack() as stack:
            try:
                self._memory = self._attach(stack, first_uid)
            except OSError as error:
                raise CannotCount(_words(error)) from error
            self._attached = stack.pop_all()

    def begin(self) -> None:
        """As `CallCounter.begin`."""
        self._memory[:] = bytes(len(self._memory))

    def end(self) -> Counts | None:
        """As `CallCounter.end`. None, too, where programs have started in several slots: whose is whose?"""
        pages = (_NUMBERS.unpack_from(self._memory, slot * REGION_BYTES) for slot in range(self._count))
        begun = [numbers for numbers in pages if numbers[ARMED]]
        if len(begun) != 1:
            return None
        numbers = begun[0]
        return Counts(
            system_calls=self._calls.by_class(enumerate(numbers[: OTHER_CALLS + 1])),
            voluntary_switches=numbers[VOLUNTARY_SWITCHES],
            involuntary_switches=numbers[INVOLUNTARY_SWITCHES],
            page_faults=numbers[PAGE_FAULTS],
            threads_max=numbers[THREADS_MAX],
        )

    def close(self) -> None:
        """As `CallCounter.close`."""
        self._attached.close()

    def _attach(self, stack: ExitStack, first_uid: int) -> mmap.mmap:
        """Load and attach all; `stack` closes what keeps them attached. Raises `OSError`."""
        with ExitStack() as loading:
            map_fd = _closed_by(loading, kernel.make_array(entries=self._count, entry_bytes=REGION_BYTES))
            memory = mmap.mmap(map_fd, self._count * REGION_BYTES)
            slots = programs.Slots(first_uid=first_uid, count=self._count, map_fd=map_fd)
            numbers = self._calls.number
            at_tracepoints = {
                "sys_enter": programs.count_calls(
                    slots, execve=numbers["execve"], execveat=numbers["execveat"]
                ),
                "sched_switch": programs.count_switches(slots),
                "sched_process_fork": programs.count_new_threads(slots),
                "sched_process_exit": programs.count_ended_threads(slots),
            }
            for name, code in at_tracepoints.items():
                program = kernel.load_program(code, kernel.RAW_TRACEPOINT_PROGRAM)
                _closed_by(stack, kernel.attach_to_tracepoint(name, _closed_by(loading, program)))
            code = programs.count_page_faults(slots)
            program = _closed_by(loading, kernel.load_program(code, kernel.PERF_EVENT_PROGRAM))
            for core in _cores(_ONLINE_CORES.read_text()):
                _closed_by(stack, kernel.attach_to_page_faults(core, program))
        return memory


def _closed_by(stack: ExitStack, fd: int) -> int:
    stack.callback(os.close, fd)
    return fd


def _cores(text: str) -> list[int]:
    """ "0-3,6" as numbers."""
    cores: list[int] = []
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        cores += range(int(first), int(last or first) + 1)
    return cores


def _words(error: OSError) -> str:
    return (
        f"the kernel does not let us count: {(error.strerror or str(error)).lower()}; it needs root with "
        "CAP_BPF and CAP_PERFMON outside a user namespace, and Linux 5.18 or later"
    )
