#!/usr/bin/env python3
"""Run a command as the first process of an unprivileged container to which a cgroup is delegated. Needs root.

    container.py [--ids COUNT] [--masked-proc] [--no-delegation] COMMAND [ARGUMENT...]

What a rootless container runtime sets up, without its dependencies: user, mount, pid, ipc, uts, network and
cgroup namespaces; ids 0 to COUNT-1 (65536) mapped to 100000 and on; a /proc and a /sys/fs/cgroup (v2) of the
container's own, the latter a group that belongs to its root. The files are the host's. Exits as it does.

--masked-proc    cover /proc/kcore and /proc/sys as Docker and Podman do by default
--no-delegation  the group stays the host root's
"""

import argparse
import ctypes
import fcntl
import os
from pathlib import Path
import socket
import struct
import sys

FIRST_HOST_ID = 100_000
CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 0x1000, 0x4000, 0x40000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC
GROUPS = Path("/sys/fs/cgroup")
DELEGATED = (
    "cgroup.procs",
    "cgroup.subtree_control",
    "cgroup.threads",
)  # /sys/kernel/cgroup/delegate, without its rest

libc = ctypes.CDLL(None, use_errno=True)


def checked(outcome: int, what: str) -> None:
    if outcome < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    checked(libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str | None, flags: int) -> None:
    of_kind = None if kind is None else kind.encode()
    checked(
        libc.mount(source.encode(), target.encode(), of_kind, ctypes.c_ulong(flags), None),
        f"mount of {target}",
    )


def bring_up_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def wait_for(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def reap_until(child: int) -> int:
    while True:
        pid, status = os.wait()
        if pid == child:
            return os.waitstatus_to_exitcode(status)


def make_group(*, delegated: bool) -> Path:
    group = GROUPS / f"container-{os.getpid()}"
    group.mkdir()
    if delegated:
        for path in (group, *(group / name for name in DELEGATED)):
            os.chown(path, FIRST_HOST_ID, FIRST_HOST_ID)
    return group


def first_process(command: list[str], *, masked_proc: bool) -> int:
    """Pid 1 of the container: mounts of its own, then the command. It reaps orphans, as it must."""
    bring_up_loopback()
    mount("proc", "/proc", "proc", SAFE)
    if masked_proc:
        mount("/dev/null", "/proc/kcore", None, MS_BIND)
        mount("/proc/sys", "/proc/sys", None, MS_BIND)
    mount("sysfs", "/sys", "sysfs", SAFE | MS_RDONLY)
    mount("cgroup2", str(GROUPS), "cgroup2", SAFE)
    child = os.fork()
    if child == 0:
        os.execvp(command[0], command)  # noqa: S606
    return reap_until(child)


def inside(command: list[str], *, masked_proc: bool, inward: int, outward: int) -> int:
    """In the container's group: the namespaces, then its first process."""
    unshare(
        CLONE_NEWUSER
        | CLONE_NEWNS
        | CLONE_NEWCGROUP
        | CLONE_NEWPID
        | CLONE_NEWIPC
        | CLONE_NEWUTS
        | CLONE_NEWNET
    )
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    os.write(outward, b"u")
    os.read(inward, 1)  # ids are mapped
    os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    child = os.fork()
    if child == 0:
        os.read(inward, 1)  # its parent, which is not a process of the container, has left the group
        os._exit(first_process(command, masked_proc=masked_proc))
    os.write(outward, b"f")
    return wait_for(child)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ids", type=int, default=65_536)
    parser.add_argument("--masked-proc", action="store_true")
    parser.add_argument("--no-delegation", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    group = make_group(delegated=not options.no_delegation)
    inward, to_child = os.pipe()
    from_child, outward = os.pipe()
    child = os.fork()
    if child == 0:
        (group / "cgroup.procs").write_text("0")
        os._exit(inside(options.command, masked_proc=options.masked_proc, inward=inward, outward=outward))
    os.close(outward)
    os.read(from_child, 1)
    for name in ("uid_map", "gid_map"):
        Path(f"/proc/{child}/{name}").write_text(f"0 {FIRST_HOST_ID} {options.ids}\n")
    os.write(to_child, b"m")
    os.read(from_child, 1)
    (GROUPS / "cgroup.procs").write_text(str(child))
    os.write(to_child, b"l")
    code = wait_for(child)
    for folder in sorted((path for path in group.glob("**/")), reverse=True):
        folder.rmdir()
    return code


if __name__ == "__main__":
    sys.exit(main())
