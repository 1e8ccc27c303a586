"""The table of system calls agrees with the kernel's headers, and the assembler with the kernel's format."""

import platform
import re
import subprocess

import pytest

from assay.adapters.bpf.assembler import Assembler
from assay.adapters.bpf.calls import CallTable
from assay.adapters.bpf.region import CALLS
from assay.domain.trace import CallClass

_GENERIC = """
#define __BITS_PER_LONG 64
#define __ARCH_WANT_RENAMEAT
#define __ARCH_WANT_NEW_STAT
#define __ARCH_WANT_SET_GET_RLIMIT
#define __ARCH_WANT_SYS_CLONE3
#define __ARCH_WANT_MEMFD_SECRET
#include <asm-generic/unistd.h>
"""
_OWN = "#include <asm/unistd.h>"


def numbers_of(source: str) -> dict[str, int]:
    """What the compiler makes of a header: name → number."""
    said = subprocess.run(
        ["/usr/bin/cc", "-E", "-dM", "-"],
        input=source,
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    ).stdout
    defined = dict(re.findall(r"^#define (__NR\w*) (\S+)$", said, re.MULTILINE))

    def value(word: str) -> int:
        return value(defined[word]) if word in defined else int(word)

    names = (name for name in defined if name.startswith("__NR_") and name != "__NR_syscalls")
    return {name.removeprefix("__NR_"): value(name) for name in names if name != "__NR_arch_specific_syscall"}


@pytest.mark.parametrize(
    ("machine", "header"), [(platform.machine(), _OWN), ("aarch64", _GENERIC)], ids=["own", "arm"]
)
def test_numbers_are_the_headers(machine: str, header: str) -> None:
    known, ours = numbers_of(header), CallTable(machine).number
    assert {name: number for name, number in ours.items() if known.get(name) != number} == {}
    assert len(ours) > 250
    assert max(ours.values()) < CALLS


def test_each_class_has_calls_that_everybody_would_look_for_there() -> None:
    table = CallTable("x86_64")
    calls = ["read", "socket", "execve", "mmap", "nanosleep", "futex"]
    for name, expected in zip(calls, CallClass, strict=False):
        assert table.by_class([(table.number[name], 3)])[expected] == 3
    assert table.by_class([(CALLS - 1, 2), (CALLS, 1)])[CallClass.OTHER] == 3, (
        "what nobody knows is none of them"
    )


def test_an_architecture_that_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        CallTable("pdp11")


def test_jumps_count_instructions_from_the_next_one_on() -> None:
    program = Assembler()
    program.jump_if_equal(1, 7, "end")
    program.load_map(1, 5)  # two instructions long
    program.label("end")
    program.leave()
    assert program.assemble().hex(" ", 8) == (
        "1501020007000000 1811000005000000 0000000000000000 9500000000000000"
    )
