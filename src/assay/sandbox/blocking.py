"""The client of a cell without an event loop: every call blocks until it has its answer. No threads either.

with Cell.start() as cell:
    result = cell.run(["/usr/bin/python3", "-c", "print(6 * 7)"], cpu_time_ms=1000)
    with cell.slot() as slot:                       # several runs that share files
        slot.put("main.py", b"print(6 * 7)")
        facts = slot.run(command, stdin=..., stdout=..., stderr=...)

A BlockingCell may be used by several threads at once, a BlockingSlot by one at a time. An exception in the
middle of a run, such as KeyboardInterrupt, closes the slot and so kills the run. A slot that is open while
the process forks stays open until both have closed it: fork first.
"""

from array import array
from collections.abc import Mapping, Sequence
import errno
import os
from pathlib import Path
import socket
from types import TracebackType
from typing import Unpack

from assay.sandbox import protocol
from assay.sandbox.errors import (
    BadDescriptor,
    CellUnavailable,
    NoFreeSlot,
    RequestRefused,
    SlotLost,
)
from assay.sandbox.facts import CellInfo, Command, Facts
from assay.sandbox.local import LocalCell, StartOptions
from assay.sandbox.options import Options, make_command
from assay.sandbox.protocol import MESSAGE_BYTES_MAX, Kind, Want
from assay.sandbox.result import MemoryStreams, Result, Source, opened


class BlockingSlot:
    """One submission's place: a /box that lasts, and runs in it, one at a time. `with` or `close` ends it."""

    def __init__(
        self, connection: socket.socket, views: Sequence[str], *, owned: LocalCell | None = None
    ) -> None:
        self._owned = owned  # a cell of one's own lives as long as anybody uses it
        self._socket = connection
        self._views = views
        self._command: Command | None = None  # the last one, and its message: a test's runs are all alike
        self._message = b""

    def __enter__(self) -> "BlockingSlot":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Throw the slot away, with all that is in it. Safe to call twice."""
        self._socket.close()

    def put(self, name: str, source: int | bytes, *, executable: bool = False) -> None:
        """As `Slot.put`."""
        if isinstance(source, int):
            self._ask(protocol.encode_put(name, executable=executable), (source,), Kind.DONE)
        else:
            with opened(source) as (fd, _):
                self._ask(protocol.encode_put(name, executable=executable), (fd,), Kind.DONE)

    def get(self, name: str, target: int, *, bytes_max: int) -> int:
        """As `Slot.get`."""
        message = protocol.encode_get(name, bytes_max=bytes_max)
        return protocol.decode_got(self._ask(message, (target,), Kind.GOT))

    def folder(self, name: str) -> None:
        """As `Slot.folder`."""
        self._ask(protocol.encode_folder(name), (), Kind.DONE)

    def listing(self, name: str) -> dict[str, int]:
        """As `Slot.listing`."""
        return protocol.decode_listed(self._ask(protocol.encode_list(name), (), Kind.LISTED))

    def remove(self, name: str) -> None:
        """As `Slot.remove`."""
        self._ask(protocol.encode_remove(name), (), Kind.DONE)

    def run(
        self, command: Command, *, stdin: int, stdout: int, stderr: int, files: Sequence[int] = ()
    ) -> Facts:
        """As `Slot.run`. The same command object again is not encoded again, so leave its `env` as it is."""
        if command is not self._command:
            self._message = protocol.encode_run(command)
            self._command = command
        fds = (stdin, stdout, stderr, *files)
        return protocol.decode_facts(self._ask(self._message, fds, Kind.FACTS))

    def capture(self, argv: Sequence[str], *, stdin: bytes | str = b"", **options: Unpack[Options]) -> Result:
        """As `Slot.capture`."""
        return self._capture(make_command(argv, views=self._views, **options), stdin)

    def _capture(self, command: Command, stdin: bytes | str) -> Result:
        with MemoryStreams(stdin) as streams:
            facts = self.run(command, stdin=streams.stdin, stdout=streams.stdout, stderr=streams.stderr)
            return streams.result(command, facts)

    def _ask(self, message: bytes, fds: tuple[int, ...], expected: Kind) -> bytes:
        if self._socket.fileno() < 0:
            raise SlotLost("the slot is closed")
        try:
            return protocol.body_of(exchange(self._socket, message, fds), expected)
        except RequestRefused:
            raise  # nothing was sent, or nothing ran
        except BaseException:
            self.close()  # whatever happened, the next answer on it would not be the next question's
            raise


class BlockingCell:
    """A cell that answered once. If we started it (`Cell.start`), `with` or `close` ends it."""

    def __init__(self, socket_path: Path, *, owned: LocalCell | None = None) -> None:
        """The cell that listens there. Another's is asked once: raises CellUnavailable or ProtocolError."""
        self._socket_path = socket_path
        self._owned = owned
        self._views = self.info().views if owned is None else owned.views

    @classmethod
    def start(cls, **options: Unpack[StartOptions]) -> "BlockingCell":
        """Start a cell of one's own. Raises NeedsRoot, CellNotBuilt or CellStartError."""
        owned = LocalCell(**options)
        return cls(owned.socket_path, owned=owned)

    def __enter__(self) -> "BlockingCell":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the cell if it is our own, and every run in it. Safe to call twice."""
        if self._owned is not None:
            self._owned.close()

    @property
    def socket_path(self) -> Path:
        """Where it listens, for other processes of the same user: `Cell.connect`, `BlockingCell`."""
        return self._socket_path

    def info(self) -> CellInfo:
        """What the cell says of itself."""
        with self._connect() as connection:
            return protocol.decode_info(_greet(connection, Want.INFO, Kind.INFO))

    def slot(self, *, wait_s: float | None = None, for_jury: bool = False) -> BlockingSlot:
        """As `Cell.slot`, but NoFreeSlot after `wait_s`."""
        connection = self._connect()
        try:
            connection.settimeout(wait_s)
            _greet(connection, Want.JURY_SLOT if for_jury else Want.SLOT, Kind.READY)
            connection.settimeout(None)
        except BaseException:
            connection.close()
            raise
        return BlockingSlot(connection, self._views, owned=self._owned)

    def run(
        self,
        argv: Sequence[str],
        *,
        stdin: bytes | str = b"",
        files: Mapping[str, Source] | None = None,
        **options: Unpack[Options],
    ) -> Result:
        """As `Cell.run`."""
        command = make_command(argv, views=self._views, **options)
        with self.slot() as slot:
            for name, source in (files or {}).items():
                with opened(source) as (fd, executable):
                    slot.put(name, fd, executable=executable)
            return slot._capture(command, stdin)

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            connection.connect(os.fspath(self._socket_path))
        except OSError as error:
            connection.close()
            if self._owned is not None and not self._owned.process.alive():
                raise CellUnavailable("the cell has ended; remedy: start another one") from error
            raise CellUnavailable(
                f"no cell answers on {self._socket_path}: {error.strerror or error}"
            ) from error
        except BaseException:
            connection.close()
            raise
        return connection


def _greet(connection: socket.socket, want: Want, expected: Kind) -> bytes:
    try:
        answer = exchange(connection, protocol.encode_hello(want))
    except SlotLost as error:
        raise CellUnavailable(
            "the cell hung up; remedy: connect as the user it was started for (client_uid), "
            "and if it has ended, start another one"
        ) from error
    return protocol.body_of(answer, expected)


def exchange(connection: socket.socket, message: bytes, fds: Sequence[int] = ()) -> bytes:
    """Send one packet and wait for the one that answers it. SlotLost when the other end is gone."""
    beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", fds))] if fds else []
    try:
        connection.sendmsg((message,), beside, socket.MSG_NOSIGNAL)
        answer = connection.recv(MESSAGE_BYTES_MAX)
    except TimeoutError as error:
        raise NoFreeSlot("all slots were taken for as long as you would wait") from error
    except OSError as error:
        if error.errno == errno.EBADF and connection.fileno() >= 0:
            raise BadDescriptor("a file descriptor that is not open") from error  # nothing was sent
        raise SlotLost(f"the connection to the cell is lost: {error.strerror or error}") from error
    if not answer:
        raise SlotLost("the cell closed the connection; what ran is dead, and the next slot is a new one")
    return answer
