"""Becoming an ordinary user for good, before anything that a stranger sent is touched.

Only the sandbox's supervisor keeps root. Everything else (API, worker, package parsing, local commands)
starts the supervisor, calls `drop_privileges`, and from then on can do no more than its user can.

The installation or the data may lie below a folder that this user cannot enter (a clone in a 0700 home,
say). Rather than keep privileges for that, or ask people to open their homes, the process takes a mount
namespace of its own in which just the needed paths remain of such a folder:

    HOME               0700, its owner's →   HOME               an empty tmpfs, 0755
    HOME/assay         the checkout      →   HOME/assay         the same checkout, bound into it
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
import ctypes
from dataclasses import dataclass
import os
from pathlib import Path
import pwd
import stat

from assay.errors import Unavailable

_CLONE_NEWNS = 0x00020000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 0x2, 0x4, 0x8
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAPBSET_DROP = 24
_CAPABILITIES_MAX = (
    64  # the kernel's set is a 64-bit mask; dropping one that does not exist fails with EINVAL
)

DEFAULT_USER = "assay"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The user that our unprivileged processes run as."""

    name: str
    uid: int
    gid: int


def choose_identity(environment: Mapping[str, str], user: str | None) -> Identity:
    """Who to become: ourselves when not root; else the named user, the one behind sudo, or `assay`.

    Raises `Unavailable` when that user does not exist or is root.
    """
    if os.geteuid() != 0:
        return _ourselves()
    sudo_uid = environment.get("SUDO_UID", "0")
    if user is None and sudo_uid.isdecimal() and int(sudo_uid) != 0:
        try:
            return _identity(pwd.getpwuid(int(sudo_uid)))
        except KeyError:
            raise Unavailable(
                f"there is no user with the uid {sudo_uid} that SUDO_UID names: name one in ASSAY_USER"
            ) from None
    name = user or DEFAULT_USER
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise Unavailable(
            f"there is no user {name!r} to run as after the sandbox has started. Make one with "
            f"'useradd --system --user-group {name}', or name another in ASSAY_USER"
        ) from None
    if entry.pw_uid == 0:
        raise Unavailable(f"ASSAY_USER is {name!r}, which is root: name an ordinary user")
    return _identity(entry)


def _ourselves() -> Identity:
    """A container may run as a number that the user database does not know: then that is the name."""
    uid = os.geteuid()
    try:
        return _identity(pwd.getpwuid(uid))
    except KeyError:
        return Identity(name=str(uid), uid=uid, gid=os.getegid())


def _identity(entry: pwd.struct_passwd) -> Identity:
    return Identity(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def drop_privileges(identity: Identity, *, reachable: Sequence[Path]) -> None:
    """Become `identity` for good, with every path of `reachable` still reachable. Nothing to do unless root.

    The paths must exist. File modes are not changed: a file that only root may read stays unreadable.
    """
    if os.geteuid() != 0:
        return
    make_reachable(identity, reachable)
    libc = _Libc()
    for capability in range(_CAPABILITIES_MAX):
        libc.drop_from_bounding_set(capability)
    os.setgroups([])
    os.setresgid(identity.gid, identity.gid, identity.gid)
    os.setresuid(
        identity.uid, identity.uid, identity.uid
    )  # clears every capability set: no uid is 0 any more
    libc.set_no_new_privileges()
    os.environ["HOME"] = "/nonexistent"  # nobody's dot files are ours to read


@contextmanager
def acting_as(identity: Identity) -> Iterator[None]:
    """For a moment, do things as `identity`, and be root again afterwards. Nothing to do unless root.

    Of the whole process, all its threads: for the one moment before the drop when the sandbox, which answers
    to `identity` alone, must be asked by a process that will be needed as root again. It is no protection.
    """
    if os.geteuid() != 0:
        yield
        return
    groups, gid = os.getgroups(), os.getegid()
    os.setgroups([])
    os.setegid(identity.gid)
    os.seteuid(identity.uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(gid)
        os.setgroups(groups)


def make_reachable(identity: Identity, paths: Iterable[Path]) -> None:
    """In a mount namespace of our own, replace each folder that bars the way to `paths`."""
    wanted = sorted({path.resolve(strict=True) for path in paths})
    cwd = Path.cwd()
    libc = _Libc()
    is_private = False
    # A path may have several barriers, one below the other: each round opens the topmost ones.
    while barriers := {barrier for path in wanted if (barrier := _first_barrier(identity, path)) is not None}:
        if not is_private:
            libc.unshare_mounts()
            is_private = True
        for barrier in sorted(barriers):
            _open_up(libc, barrier, [path for path in wanted if path.is_relative_to(barrier)])
    os.chdir(cwd if cwd.exists() else "/")


def _open_up(libc: "_Libc", barrier: Path, wanted: Sequence[Path]) -> None:
    """Cover `barrier` by an empty folder that anyone may enter, with only `wanted` in it."""
    outermost = [path for path in wanted if not any(other in path.parents for other in wanted)]
    handles = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in outermost}
    try:
        libc.mount("tmpfs", barrier, "tmpfs", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, "mode=755,size=1m")
        for path, handle in handles.items():
            _bind(libc, handle, path)
    finally:
        for handle in handles.values():
            os.close(handle)


def _bind(libc: "_Libc", handle: int, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if stat.S_ISDIR(os.fstat(handle).st_mode):
        target.mkdir(mode=0o755, exist_ok=True)
    else:
        target.touch(mode=0o644)
    libc.mount(f"/proc/self/fd/{handle}", target, None, _MS_BIND | _MS_REC, None)


def _first_barrier(identity: Identity, path: Path) -> Path | None:
    """The topmost folder above `path` that `identity` may not pass through."""
    for folder in reversed(path.parents):
        if not _may_search(identity, folder.stat()):
            return folder
    return None


def _may_search(identity: Identity, status: os.stat_result) -> bool:
    """The kernel's own rule for the search permission: the most specific class that fits decides."""
    if status.st_uid == identity.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == identity.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


class _Libc:
    """The few calls that Python's `os` lacks before 3.12. Each raises OSError with the reason."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)

    def _check(self, result: int, what: str) -> None:
        if result != 0:
            error = ctypes.get_errno()
            raise OSError(error, f"{what}: {os.strerror(error)}")

    def unshare_mounts(self) -> None:
        self._check(self._libc.unshare(_CLONE_NEWNS), "unshare(CLONE_NEWNS)")
        self.mount("none", Path("/"), None, _MS_REC | _MS_PRIVATE, None)

    def mount(self, source: str, target: Path, kind: str | None, flags: int, data: str | None) -> None:
        result = self._libc.mount(
            source.encode(),
            os.fsencode(target),
            None if kind is None else kind.encode(),
            ctypes.c_ulong(flags),
            None if data is None else data.encode(),
        )
        self._check(result, f"mount on {target}")

    def drop_from_bounding_set(self, capability: int) -> None:
        # EINVAL: the kernel has no such capability, so there is nothing to drop.
        self._libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)

    def set_no_new_privileges(self) -> None:
        self._check(self._libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)")
