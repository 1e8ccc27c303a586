"""What a program of a run must not be able to do, tried by root with nothing in the way, or only a profile.

    profile_attacks.py PID PROGRAM    a process of the host; a program in no folder that a view shows

Prints JSON: for each attack, and for what honest programs need, "done" or the name of the error that was met.
"""

from collections.abc import Callable
import ctypes
import errno
import json
import os
from pathlib import Path
import signal
import socket
import subprocess
import sys
import time

CLONE_NEWNS, PTRACE_ATTACH, S_IFCHR = 0x20000, 16, 0o020000
libc = ctypes.CDLL(None, use_errno=True)


def checked(outcome: int) -> None:
    if outcome < 0:
        raise OSError(ctypes.get_errno(), "refused")


def mount_scratch() -> None:
    checked(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
    libc.umount2(b"/tmp", 2)


def trace_child() -> None:
    child = subprocess.Popen(["/usr/bin/sleep", "60"])
    try:
        checked(libc.ptrace(PTRACE_ATTACH, child.pid, None, None))
    finally:
        child.kill()
        child.wait()


def make_device() -> None:
    os.mknod("/tmp/memory", S_IFCHR | 0o600, os.makedev(1, 1))
    Path("/tmp/memory").unlink()


def write_and_remove(path: str) -> None:
    Path(path).write_text("x")
    Path(path).unlink()


def set_core_pattern() -> None:
    knob = Path("/proc/sys/kernel/core_pattern")
    knob.write_text(knob.read_text())


def run_foreign_program() -> None:
    subprocess.run([sys.argv[2]], check=True)


def change_user() -> None:
    os.setresuid(65534, -1, -1)
    os.setresuid(0, -1, -1)


def make_group() -> None:
    group = Path("/sys/fs/cgroup/mine")
    group.mkdir()
    group.rmdir()


def pair_of_sockets() -> None:
    for end in socket.socketpair():
        end.close()


def child_map() -> None:
    child = subprocess.Popen(["/usr/bin/sleep", "60"])
    try:
        Path(f"/proc/{child.pid}/maps").read_bytes()
    finally:
        child.kill()
        child.wait()


def child_signal() -> None:
    child = subprocess.Popen(["/usr/bin/sleep", "60"])
    time.sleep(0.1)
    os.kill(child.pid, signal.SIGTERM)
    child.wait()


def program_in_tmp() -> None:
    program = Path(f"/tmp/true-{os.getpid()}")
    program.write_bytes(Path("/usr/bin/true").read_bytes())
    program.chmod(0o755)
    try:
        subprocess.run([str(program)], check=True)
    finally:
        program.unlink()


ATTACKS: dict[str, Callable[[], object]] = {
    "internet socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close(),
    "raw socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close(),
    "netlink socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close(),
    "packet socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close(),
    "mount": mount_scratch,
    "mount namespace": lambda: checked(libc.unshare(CLONE_NEWNS)),
    "trace a process": trace_child,
    "kill a process of the host": lambda: os.kill(int(sys.argv[1]), signal.SIGCONT),
    "memory of a process of the host": lambda: Path(f"/proc/{sys.argv[1]}/mem").open("rb").close(),
    "environment of a process of the host": lambda: Path(f"/proc/{sys.argv[1]}/environ").read_bytes(),
    "device node": make_device,
    "change of root": lambda: os.chroot("/"),
    "change of user": change_user,
    "password hashes": lambda: Path("/etc/shadow").read_bytes(),
    "home of root": lambda: list(Path("/root").iterdir()),
    "log files": lambda: list(Path("/var/log").iterdir()),
    "file in /etc": lambda: write_and_remove("/etc/assay-was-here"),
    "file in /usr": lambda: write_and_remove("/usr/lib/assay-was-here"),
    "file in /run": lambda: write_and_remove("/run/assay-was-here"),
    "core pattern": set_core_pattern,
    "cgroup of one's own": make_group,
    "terminal": lambda: os.close(os.open("/dev/ptmx", os.O_RDWR)),
    "program outside the view's folders": run_foreign_program,
}

# What compilers and runtimes need: it must go on working.
NEEDED: dict[str, Callable[[], object]] = {
    "pair of unix sockets": pair_of_sockets,
    "file in /tmp": lambda: write_and_remove("/tmp/assay-was-here"),
    "own memory map": lambda: Path("/proc/self/maps").read_bytes(),
    "memory map of a child": child_map,
    "signal to a child": child_signal,
    "program in /tmp": program_in_tmp,
    "anonymous file": lambda: os.close(os.memfd_create("x")),
    "null device": lambda: Path("/dev/null").write_bytes(b"x"),
}


def outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return "done"


if __name__ == "__main__":
    tried = {kind: {name: outcome(attempt) for name, attempt in attempts.items()}
             for kind, attempts in (("attacks", ATTACKS), ("needed", NEEDED))}  # fmt: skip
    json.dump(tried, sys.stdout)
