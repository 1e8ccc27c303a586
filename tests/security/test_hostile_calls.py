"""System calls that no judged program has a use for: the run ends as `forbidden`, and the call is named."""

from collections.abc import AsyncIterator
import ctypes.util
from pathlib import Path

import pytest

from assay.sandbox import Cell, CellConfig, CellProcess, Slot, Status
from tests.conftest import needs_root
from tests.security.harness import compile_c, run

HOSTILE = [
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "mount",
    "umount2",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsmount",
    "mount_setattr",
    "pivot_root",
    "chroot",
    "setns",
    "unshare",
    "bpf",
    "perf_event_open",
    "kexec_load",
    "kexec_file_load",
    "init_module",
    "finit_module",
    "delete_module",
    "add_key",
    "request_key",
    "keyctl",
    "userfaultfd",
    "open_by_handle_at",
    "reboot",
    "swapon",
    "swapoff",
    "quotactl",
    "acct",
    "settimeofday",
    "clock_settime",
    "adjtimex",
    "sethostname",
    "pidfd_getfd",
    "fanotify_init",
    "syslog",
    "move_pages",
]
SOURCE = Path(__file__).with_name("makes_hostile_call.c")
NAMESPACE_FLAGS = [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000]


def number_of(name: str) -> int:
    library = ctypes.CDLL(ctypes.util.find_library("seccomp") or "libseccomp.so.2")
    number: int = library.seccomp_syscall_resolve_name(name.encode())
    assert number >= 0, f"libseccomp does not know {name}"
    return number


@pytest.fixture
async def slot(config: CellConfig, supervisor: CellProcess) -> AsyncIterator[Slot]:
    cell = await Cell.connect(config.socket_path)
    async with cell.slot() as slot:
        await compile_c(slot, SOURCE.read_bytes())
        yield slot


@needs_root
async def test_each_hostile_call_ends_the_run_and_is_named(slot: Slot) -> None:
    for name in HOSTILE:
        outcome = await run(slot, "/box/program", str(number_of(name)))
        assert outcome.facts.status is Status.FORBIDDEN, name
        assert outcome.facts.detail.startswith(f"{name} ("), outcome


@needs_root
async def test_clone_may_make_processes_but_no_namespaces(slot: Slot) -> None:
    clone = str(number_of("clone"))
    plain = await run(slot, "/box/program", clone, "17")
    assert plain.facts.status is Status.EXITED
    for flag in NAMESPACE_FLAGS:
        outcome = await run(slot, "/box/program", clone, str(flag | 17))
        assert outcome.facts.status is Status.FORBIDDEN, hex(flag)
        assert outcome.facts.detail.startswith("clone (")
