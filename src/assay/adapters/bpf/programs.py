"""The programs that the kernel runs at its tracepoints, one for each.

All begin alike: whose doing is it? Each slot of the cell runs as a user of its own, so the user's number
says which slot's page to count into, and most of what happens on a machine is passed over there. A page
counts from the slot's first execve on: what the cell does in that user's name before is not the program's.
"""

from collections.abc import Callable
from dataclasses import dataclass

from assay.adapters.bpf.assembler import Assembler
from assay.adapters.bpf.region import (
    ARMED,
    CALLS,
    INVOLUNTARY_SWITCHES,
    LIVE_THREADS,
    NUMBER_BYTES,
    OTHER_CALLS,
    PAGE_FAULTS,
    THREADS_MAX,
    VOLUNTARY_SWITCHES,
)

_MAP_LOOKUP = 1  # helpers, by their numbers in linux/bpf.h
_CURRENT_UID_GID = 15
_KEY = -4  # on the stack
_CONTEXT, _SCRATCH, _REGION, _NUMBER = 6, 7, 8, 9  # registers


@dataclass(frozen=True, kw_only=True)
class Slots:
    """Whose doings count: `count` users from `first_uid` on, with a region each in the map `map_fd`."""

    first_uid: int
    count: int
    map_fd: int


def count_calls(slots: Slots, *, execve: int, execveat: int) -> bytes:
    """For sys_enter(registers, number): what the sandbox's filter refuses does not come here."""

    def body(program: Assembler) -> None:
        program.load(_NUMBER, _CONTEXT, 8)
        program.load(_SCRATCH, _REGION, ARMED * NUMBER_BYTES)
        program.jump_unless_equal(_SCRATCH, 0, "count")
        program.jump_if_equal(_NUMBER, execve, "begin")
        program.jump_unless_equal(_NUMBER, execveat, "end")
        program.label("begin")
        program.move_constant(_SCRATCH, 1)
        for number in (ARMED, LIVE_THREADS, THREADS_MAX):
            program.store(_REGION, number * NUMBER_BYTES, _SCRATCH)
        program.label("count")
        program.jump_if_below(_NUMBER, CALLS, "known")
        program.move_constant(_NUMBER, OTHER_CALLS)
        program.label("known")
        program.shift_left(_NUMBER, 3)  # times NUMBER_BYTES
        program.add(_REGION, _NUMBER)
        _increase(program, 0)

    return _program(slots, body)


def count_switches(slots: Slots) -> bytes:
    """For sched_switch(preempted, previous, next, state of the previous), which the previous one runs.

    Voluntary as the kernel's own figures have it: not preempted, and not ready to go on (state 0).
    """

    def body(program: Assembler) -> None:
        _end_unless_begun(program)
        program.load(_NUMBER, _CONTEXT, 0)
        program.jump_unless_equal(_NUMBER, 0, "involuntary")
        program.load(_NUMBER, _CONTEXT, 24)
        program.keep_low_half(_NUMBER)
        program.jump_if_equal(_NUMBER, 0, "involuntary")
        _increase(program, VOLUNTARY_SWITCHES)
        program.jump("end")
        program.label("involuntary")
        _increase(program, INVOLUNTARY_SWITCHES)

    return _program(slots, body)


def count_page_faults(slots: Slots) -> bytes:
    """For the software event of that name."""

    def body(program: Assembler) -> None:
        _end_unless_begun(program)
        _increase(program, PAGE_FAULTS)

    return _program(slots, body)


def count_new_threads(slots: Slots) -> bytes:
    """For sched_process_fork(parent, child), which the parent runs; for threads as well."""

    def body(program: Assembler) -> None:
        _end_unless_begun(program)
        _increase(program, LIVE_THREADS)
        program.load(_NUMBER, _REGION, LIVE_THREADS * NUMBER_BYTES)
        program.load(_SCRATCH, _REGION, THREADS_MAX * NUMBER_BYTES)
        program.jump_if_at_least_register(_SCRATCH, _NUMBER, "end")
        program.store(_REGION, THREADS_MAX * NUMBER_BYTES, _NUMBER)

    return _program(slots, body)


def count_ended_threads(slots: Slots) -> bytes:
    """For sched_process_exit(task), which every thread runs at its end."""

    def body(program: Assembler) -> None:
        _end_unless_begun(program)
        _increase(program, LIVE_THREADS, by=-1)

    return _program(slots, body)


def _program(slots: Slots, body: Callable[[Assembler], None]) -> bytes:
    """`body` with the slot's region at hand, for slots alone. It may jump to "end"."""
    program = Assembler()
    program.move(_CONTEXT, 1)
    program.call(_CURRENT_UID_GID)
    program.keep_low_half(0)
    program.add_constant(0, -slots.first_uid)
    program.jump_if_at_least(0, slots.count, "end")  # a smaller user's number wraps round
    program.store_low_half(10, _KEY, 0)
    program.move(2, 10)
    program.add_constant(2, _KEY)
    program.load_map(1, slots.map_fd)
    program.call(_MAP_LOOKUP)
    program.jump_if_equal(0, 0, "end")
    program.move(_REGION, 0)
    body(program)
    program.label("end")
    program.move_constant(0, 0)
    program.leave()
    return program.assemble()


def _end_unless_begun(program: Assembler) -> None:
    program.load(_SCRATCH, _REGION, ARMED * NUMBER_BYTES)
    program.jump_if_equal(_SCRATCH, 0, "end")


def _increase(program: Assembler, number: int, *, by: int = 1) -> None:
    program.move_constant(_SCRATCH, by)
    program.atomic_add(_REGION, number * NUMBER_BYTES, _SCRATCH)
