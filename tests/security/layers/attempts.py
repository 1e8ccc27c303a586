"""What a program of a run tries; one layer of the cell is in its way, or none.

    attempts.py NAME FACTS    FACTS: JSON, what the attacker knows of the host (see host.py)

Prints "got through"; else "stopped: " and the name of the error that was met, or what was found instead.
Nothing here harms the machine when it gets through. Runs in a cell, by itself.
"""

from collections.abc import Callable
import ctypes
import errno
import json
import mmap
import os
from pathlib import Path
import resource
import shutil
import signal
import socket
import sys
from typing import TypedDict

CLONE_NEWUSER = 0x10000000
MNT_DETACH, MS_NOEXEC = 2, 8
PTRACE_TRACEME, KEYCTL_JOIN_SESSION_KEYRING, UFFD_USER_MODE_ONLY = 0, 1, 1
SYSTEM_CALLS = {"x86_64": {"keyctl": 250, "userfaultfd": 323}, "aarch64": {"keyctl": 219, "userfaultfd": 282}}
NOBODY = 12345  # a user of the host who has nothing to do with cells
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p


class Facts(TypedDict):
    name: str  # the machine's
    port: int  # a service on its loopback
    abstract: str  # a service on an abstract unix address
    memory_key: int  # of a segment of SysV memory
    memory_secret: str  # what that begins with
    shown: str  # a folder that the view shows
    cores: list[int]  # that a cell may use


class Stopped(Exception):
    """The attempt met no error, and yet not what it wanted; the words say what it met."""


def checked(outcome: int) -> int:
    if outcome < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return outcome


def system_call(name: str, *arguments: object) -> int:
    return checked(libc.syscall(SYSTEM_CALLS[os.uname().machine][name], *arguments))


# network


def connect_tcp(facts: Facts) -> None:
    with socket.create_connection(("127.0.0.1", facts["port"]), timeout=5) as one:
        one.sendall(b"x")


def connect_abstract(facts: Facts) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.connect("\0" + facts["abstract"])
        one.sendall(b"x")


# what the host's namespaces have


def read_shared_memory(facts: Facts) -> None:
    segment = checked(libc.shmget(facts["memory_key"], 0, 0))
    address = libc.shmat(segment, None, 0o10000)  # SHM_RDONLY
    if ctypes.string_at(address, 32).rstrip(b"\0").decode() != facts["memory_secret"]:
        raise Stopped("other memory")


def read_name(facts: Facts) -> None:
    if os.uname().nodename != facts["name"]:
        raise Stopped(os.uname().nodename)


def find_own_group(_: Facts) -> None:
    if "assay-cell." not in Path("/proc/self/cgroup").read_text():
        raise Stopped("a group without a path")


def mount_groups(_: Facts) -> None:
    """Look for the groups of all cells in a hierarchy of the host's."""
    is_v1 = ":pids:" in Path("/proc/self/cgroup").read_text()
    kind, options = (b"cgroup", b"pids") if is_v1 else (b"cgroup2", None)
    checked(libc.mount(b"none", b"/tmp", kind, MS_NOEXEC, options))
    try:
        if not any("/assay-cell." in folder for folder, _, _ in os.walk("/tmp")):
            raise Stopped("its own group alone")
    finally:
        libc.umount2(b"/tmp", MNT_DETACH)


# files


def make_file_in_view(facts: Facts) -> None:
    path = Path(facts["shown"], "made")
    path.touch()
    path.unlink()


def execute(path: str) -> None:
    child = os.posix_spawn(path, [path], {})
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        raise Stopped("it failed")


def execute_from_tmp(_: Facts) -> None:
    shutil.copy("/usr/bin/true", "/tmp/program")
    execute("/tmp/program")


def map_code_from_tmp(_: Facts) -> None:
    with Path("/tmp/code").open("wb+") as file:
        file.write(bytes(mmap.PAGESIZE))
        file.flush()
        mmap.mmap(file.fileno(), mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_EXEC).close()


def follow_link(folder: str) -> None:
    link = Path(folder, "link")
    link.symlink_to("/etc/passwd")
    link.read_bytes()


# /proc


def see_init(_: Facts) -> None:
    if not Path("/proc/1").exists():
        raise Stopped("not in sight")


# privileges


def mount_scratch(_: Facts) -> None:
    checked(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
    libc.umount2(b"/tmp", MNT_DETACH)


def regain_root(_: Facts) -> None:
    """By a set-user-id program on a mount that allows them, from the place of an ordinary user."""
    checked(libc.mount(b"none", b"/tmp", b"tmpfs", 0, b"mode=0755"))
    shutil.copy("/usr/bin/id", "/tmp/id")
    Path("/tmp/id").chmod(0o4755)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writer, 1)
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        os.execv("/tmp/id", ["id", "-u"])  # noqa: S606
    os.close(writer)
    os.waitpid(child, 0)
    user = os.read(reader, 100).decode().strip()
    if user != "0":
        raise Stopped(f"user {user}")


# limits


def make_many_processes(_: Facts) -> None:
    children = []
    try:
        for _each in range(12):
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)


def use_much_memory(_: Facts) -> None:
    memory = bytearray(96 << 20)
    memory[::4096] = b"x" * len(memory[::4096])


def open_many_files(_: Facts) -> None:
    for _each in range(64):
        os.open("/dev/null", os.O_RDONLY)


def write_far(_: Facts) -> None:
    with Path("/tmp/far").open("wb") as file:
        os.pwrite(file.fileno(), b"x", 1 << 30)  # a hole takes no room


def make_message_queue(_: Facts) -> None:
    queue = checked(libc.mq_open(b"/layers", os.O_RDWR | os.O_CREAT, 0o600, None))
    libc.mq_unlink(b"/layers")
    os.close(queue)


def raise_cpu_limit(_: Facts) -> None:
    endless = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    try:
        resource.setrlimit(resource.RLIMIT_CPU, endless)
    except ValueError:  # what Python makes of EPERM
        raise PermissionError(errno.EPERM, "refused") from None


def start_on_many_cores(_: Facts) -> None:
    count = len(os.sched_getaffinity(0))
    if count == 1:
        raise Stopped("1 core")


def take_all_cores(facts: Facts) -> None:
    os.sched_setaffinity(0, facts["cores"])
    start_on_many_cores(facts)


# system calls


def make_process(_: Facts) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


# fmt: off
FUNCTIONS = (
    connect_tcp, connect_abstract, read_shared_memory, read_name, find_own_group, mount_groups,
    make_file_in_view, execute_from_tmp, map_code_from_tmp, see_init, mount_scratch, regain_root,
    make_many_processes, use_much_memory, open_many_files, write_far, make_message_queue,
    raise_cpu_limit, start_on_many_cores, take_all_cores, make_process,
)
# fmt: on
ATTEMPTS: dict[str, Callable[[Facts], object]] = {
    **{function.__name__: function for function in FUNCTIONS},
    "change_name": lambda _: socket.sethostname("taken"),
    "write_to_view": lambda facts: Path(facts["shown"], "for all").write_text("taken"),
    "read_file_of_root": lambda facts: Path(facts["shown"], "for root").read_text(),
    "read_file_of_nobody": lambda facts: Path(facts["shown"], "for nobody").read_text(),
    "execute_from_box": lambda _: execute("/box/true"),
    "execute_from_view": lambda _: execute("/usr/bin/true"),
    "follow_link_in_tmp": lambda _: follow_link("/tmp"),
    "follow_link_in_box": lambda _: follow_link("/box"),
    "read_kernel_settings": lambda _: Path("/proc/sys/kernel/core_pattern").read_bytes(),
    "read_boot_line": lambda _: Path("/proc/cmdline").read_bytes(),
    "change_root": lambda _: os.chroot("/tmp"),
    "join_keyring": lambda _: system_call("keyctl", KEYCTL_JOIN_SESSION_KEYRING, None),
    "catch_faults": lambda _: os.close(system_call("userfaultfd", UFFD_USER_MODE_ONLY)),
    "open_socket": lambda _: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
    "signal_init": lambda _: os.kill(1, 0),
    "become_nobody": lambda _: os.setresuid(NOBODY, NOBODY, NOBODY),
    "enter_user_namespace": lambda _: checked(libc.unshare(CLONE_NEWUSER)),
    "be_traced": lambda _: checked(libc.ptrace(PTRACE_TRACEME, 0, None, None)),
}


def main() -> None:
    try:
        ATTEMPTS[sys.argv[1]](json.loads(sys.argv[2]))
    except OSError as error:
        print("stopped:", errno.errorcode.get(error.errno or 0, str(error)))
    except Stopped as met:
        print("stopped:", met)
    else:
        print("got through")


if __name__ == "__main__":
    main()
