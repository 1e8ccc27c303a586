"""What is asked of a `CallCounter`, on the fake and on the kernel; and what only the kernel can show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
import errno
import os
from pathlib import Path
import subprocess

import pytest

from assay.adapters.bpf import BpfCallCounter, CannotCount, kernel
from assay.adapters.memory.call_counter import MemoryCallCounter
from assay.assessments.tracing import CallCounter
from assay.domain.trace import CallClass, Counts
from tests.conftest import needs_root

FIRST_UID = 57_300  # nobody's, and no cell's
SLOTS = 3
OPEN = Path("/proc/self/fd")
THREADS = """
import threading
ready = threading.Barrier(6)
threads = [threading.Thread(target=ready.wait) for _ in range(5)]
for thread in threads:
    thread.start()
ready.wait()
for thread in threads:
    thread.join()
"""


@dataclass(frozen=True, kw_only=True)
class Counting:
    """A counter, and a program in a slot that reads a file so many times."""

    counter: CallCounter
    run: Callable[[int], None]

    def counted(self, reads: int) -> Counts:
        self.counter.begin()
        self.run(reads)
        counts = self.counter.end()
        assert counts is not None
        return counts


def execute(*argv: str, slot: int = 0) -> None:
    subprocess.run(argv, user=FIRST_UID + slot, check=True, stderr=subprocess.DEVNULL, cwd="/")


def read_in_slot(reads: int) -> None:
    execute("/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=1", f"count={reads}")


@pytest.fixture
def bpf() -> Iterator[BpfCallCounter]:
    counter = BpfCallCounter(first_uid=FIRST_UID, count=SLOTS)
    try:
        yield counter
    finally:
        counter.close()


@pytest.fixture(params=["memory", pytest.param("bpf", marks=needs_root)])
def counting(request: pytest.FixtureRequest) -> Counting:
    if request.param == "memory":
        fake = MemoryCallCounter()
        return Counting(counter=fake, run=lambda reads: fake.began(reads=reads))
    return Counting(counter=request.getfixturevalue("bpf"), run=read_in_slot)


def test_nothing_is_counted_before_a_program_has_started(counting: Counting) -> None:
    counting.counter.begin()
    assert counting.counter.end() is None


def test_every_class_is_there_and_more_reads_are_more_calls_on_files(counting: Counting) -> None:
    few, many = counting.counted(10), counting.counted(500)
    assert set(few.system_calls) == set(CallClass)
    assert many.system_calls[CallClass.FILE] - few.system_calls[CallClass.FILE] >= 490
    assert many.system_calls[CallClass.NETWORK] == 0
    assert few.threads_max == 1


def test_each_run_begins_at_nothing(counting: Counting) -> None:
    assert counting.counted(20).system_calls == counting.counted(20).system_calls


def test_nothing_is_counted_once_it_is_closed(counting: Counting) -> None:
    counting.counter.close()
    counting.counter.close()
    counting.counter.begin()
    counting.run(5)
    assert counting.counter.end() is None


@needs_root
def test_what_the_kernel_counts_is_exact(bpf: BpfCallCounter) -> None:
    counting = Counting(counter=bpf, run=read_in_slot)
    few, many = counting.counted(100), counting.counted(1100)
    differences = {each: many.system_calls[each] - few.system_calls[each] for each in CallClass}
    assert differences == {**dict.fromkeys(CallClass, 0), CallClass.FILE: 2000}, "a read and a write each"


@needs_root
def test_threads_are_counted_while_they_live(bpf: BpfCallCounter) -> None:
    bpf.begin()
    execute("/usr/bin/python3", "-I", "-S", "-c", THREADS)
    counts = bpf.end()
    assert counts is not None
    assert counts.threads_max == 6
    assert counts.voluntary_switches >= 5
    assert counts.system_calls[CallClass.SYNC] >= 5


@needs_root
def test_pages_that_are_touched_are_faults(bpf: BpfCallCounter) -> None:
    few, many = (count_faults(bpf, megabytes) for megabytes in (1, 33))
    assert many - few >= 32 * 256 * 0.9, "of 4 KiB each"


def count_faults(bpf: BpfCallCounter, megabytes: int) -> int:
    bpf.begin()
    execute("/bin/dd", "if=/dev/zero", "of=/dev/null", f"bs={megabytes}M", "count=1")
    counts = bpf.end()
    assert counts is not None
    return counts.page_faults


@needs_root
def test_other_users_are_passed_over(bpf: BpfCallCounter) -> None:
    for slot in (-1, SLOTS):
        bpf.begin()
        execute("/bin/true", slot=slot)
        assert bpf.end() is None


@needs_root
def test_two_slots_at_once_are_told_apart_by_nobody(bpf: BpfCallCounter) -> None:
    bpf.begin()
    execute("/bin/true", slot=0)
    execute("/bin/true", slot=2)
    assert bpf.end() is None


@needs_root
def test_a_kernel_that_refuses_says_so_and_nothing_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(list(OPEN.iterdir()))

    def refuse(name: str, program: int) -> int:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(kernel, "attach_to_tracepoint", refuse)
    with pytest.raises(CannotCount, match=r"invalid argument; it needs root .* Linux 5\.18"):
        BpfCallCounter(first_uid=FIRST_UID, count=SLOTS)
    assert len(list(OPEN.iterdir())) == before


@needs_root
def test_an_ordinary_user_may_read_and_close_what_root_has_opened(bpf: BpfCallCounter) -> None:
    bpf.begin()
    read_in_slot(3)
    child = os.fork()
    if child == 0:
        os.setuid(FIRST_UID + 100)
        counts = bpf.end()
        bpf.close()
        os._exit(0 if counts is not None and counts.system_calls[CallClass.FILE] > 6 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
