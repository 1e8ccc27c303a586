"""Starting and stopping the supervisor. For root, before it drops its privileges.

our process ──lifeline pipe──▶ cell serve      end of file on the pipe = we are gone, however we went
            ◀──ready pipe────                  "ready", or one line that says why not
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
import os
from pathlib import Path
import select
import subprocess
import time

from assay.sandbox.errors import CellStartError

START_TIMEOUT_S = 30.0  # a cold machine makes its first slot in well under a second
STOP_TIMEOUT_S = 10.0
_READY_BYTES_MAX = 4096
WARM_LIBRARY = "libcell-warm.so"  # built beside the cell; without it all starts are plain ones


@dataclass(frozen=True, kw_only=True)
class CellConfig:
    """What a supervisor is told; fixed for its life."""

    binary: Path
    socket_path: Path  # at most 107 bytes; mode 0600, owned by the client
    slots: int  # submissions served at once
    client_uid: int  # the only user who may connect
    client_gid: int
    first_slot_uid: int  # slots + spare_slots + 1 ids from here on are used; no real user may have them
    views: Mapping[str, Sequence[Path]]  # name -> existing absolute host paths, shown read-only
    box_bytes: int  # size of each slot's /box
    box_inodes: int = 16384
    without: Sequence[str] = ()  # layers that are off, by their names in `CellInfo.isolation`; for tests
    spare_slots: int = 1  # kept ready beyond `slots`, so that nobody waits for a finished slot's replacement

    def arguments(self) -> list[str]:
        """The options of `cell serve`, without those of the two pipes."""
        numbers = {
            "--client-uid": self.client_uid,
            "--client-gid": self.client_gid,
            "--slots": self.slots,
            "--spare": self.spare_slots,
            "--first-slot-uid": self.first_slot_uid,
            "--box-bytes": self.box_bytes,
            "--box-inodes": self.box_inodes,
        }
        line = ["--socket", str(self.socket_path)]
        if (library := self.binary.with_name(WARM_LIBRARY)).exists():
            line += ["--warm-library", str(library)]
        for layer in self.without:
            line += ["--without", layer]
        for option, number in numbers.items():
            line += [option, str(number)]
        for name, paths in self.views.items():
            line += ["--view", name]
            for path in paths:
                line += ["--path", str(path)]
        return line


class CellProcess:
    """A supervisor that is our child. It dies with us even if we are killed."""

    def __init__(self, process: subprocess.Popen[bytes], lifeline: int, *, socket_path: Path) -> None:
        self._process = process
        self._lifeline = lifeline
        self.socket_path = socket_path

    @classmethod
    def start(cls, config: CellConfig) -> "CellProcess":
        """Start it and wait until it listens and has a slot ready. Blocking. Raises CellStartError."""
        lifeline_reader, lifeline = os.pipe()
        ready, ready_writer = os.pipe()
        # first, so that a mistake in what follows can be told
        pipes = ["--lifeline", str(lifeline_reader), "--ready", str(ready_writer)]
        try:
            process = subprocess.Popen(
                [str(config.binary), "serve", *pipes, *config.arguments()],
                stdin=subprocess.DEVNULL,
                pass_fds=(lifeline_reader, ready_writer),
                env={},
                cwd="/",
                start_new_session=True,  # a Ctrl-C on our terminal is ours to answer, in our own time
            )
        except OSError as error:
            os.close(lifeline)
            os.close(ready)
            raise CellStartError(f"{config.binary}: {error.strerror}; remedy: make -C cell") from error
        finally:
            os.close(lifeline_reader)
            os.close(ready_writer)
        cell = cls(process, lifeline, socket_path=config.socket_path)
        try:
            words = _read_line(ready)
        except TimeoutError:
            cell.stop()
            raise CellStartError(f"the cell did not get ready within {START_TIMEOUT_S:g} s") from None
        except BaseException:  # a Ctrl-C, say
            cell.stop()
            raise
        finally:
            os.close(ready)
        if words != "ready":
            cell.stop()
            raise CellStartError(words or f"the cell ended at its start with code {process.returncode}")
        return cell

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        """Is it still running?"""
        return self._process.poll() is None

    async def ended(self) -> str:
        """Wait until it has ended without being asked to; how, as what is said of it: "was killed by …"."""
        loop, gone = asyncio.get_running_loop(), asyncio.Event()
        pidfd = os.pidfd_open(self._process.pid)
        loop.add_reader(pidfd, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(pidfd)
            os.close(pidfd)
        code = self._process.wait()
        return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"

    def forget(self) -> None:
        """In a forked child: let go of it, so that it lives as long as our parent and no longer."""
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    def stop(self) -> None:
        """End it, and with it every run; wait until it has removed what it made. Safe to call twice."""
        self.forget()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            with suppress(PermissionError):  # we are no longer root: it goes when it sees its lifeline
                self._process.kill()
                self._process.wait()


def _read_line(fd: int) -> str:
    """All that is said before the other end is closed; the supervisor closes it after one line.

    Raises TimeoutError when that takes longer than `START_TIMEOUT_S`.
    """
    said = b""
    deadline = time.monotonic() + START_TIMEOUT_S
    while len(said) < _READY_BYTES_MAX:
        if not select.select([fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError
        piece = os.read(fd, _READY_BYTES_MAX)
        if not piece:
            break
        said += piece
    return said.decode("utf-8", "replace").strip()
