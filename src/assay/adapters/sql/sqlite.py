"""One SQLite file: a writer thread with group commit, and a few reader threads beside it.

    callers ──write()──▶ queue ──▶ writer thread:  BEGIN IMMEDIATE
       ▲                                             SAVEPOINT · a caller's write · RELEASE  each alone
       └────── results, only after ──────────────  COMMIT                                     one fsync

    callers ──read()───▶ reader threads, each with a connection of its own; they read during a commit, too

Several processes open the same file, and each has one writer. A write takes the lock at its beginning
(`BEGIN IMMEDIATE`), so it never finds out halfway that it must start over, and everything it waits for
is gathered before: the lock is held for statements and the commit, nothing else.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
import sqlite3
import threading
import time
from types import TracebackType
from typing import Any, TypeVar

from assay.errors import Unavailable

T = TypeVar("T")
Connection = sqlite3.Connection

WRITES_PER_COMMIT_MAX = 256  # past this, a longer transaction only makes its first caller wait
READER_THREADS = 2  # reads take some ten microseconds; more threads would only quarrel over the interpreter
LOCK_SECONDS_MAX = 10.0  # another process holds the lock for milliseconds; this long means that it hangs
LOCK_RETRY_SECONDS = (
    0.0005  # SQLite's own busy handler sleeps up to 100 ms and lets the quicker one starve us
)
READ_BUSY_MILLISECONDS = 5000  # readers wait only while another process recovers the log
WAL_BYTES_KEPT = 64 << 20  # what a burst leaves of the log on disk


@dataclass(frozen=True, slots=True)
class _Write:
    """One caller's write and where its answer goes."""

    action: Callable[[Connection], Any]
    answer: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


class Database:
    """An open file. `write` and `read` may be called from any event loop; `close` ends the threads."""

    def __init__(self, path: Path) -> None:
        """Open the file, whose schema is ready (`schema.prepare`). Raises `Unavailable`."""
        self._is_closed = False
        self._writes: SimpleQueue[_Write | None] = SimpleQueue()
        self._readers = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="assay-read")
        self._reader_connections: SimpleQueue[Connection] = SimpleQueue()
        try:
            self._connection = connect(path)
            for _ in range(READER_THREADS):
                self._reader_connections.put(connect(path, read_only=True))
        except sqlite3.Error as error:
            raise Unavailable(f"the database {path} cannot be opened: {error}") from error
        self._writer = threading.Thread(target=self._write_until_closed, name="assay-write", daemon=True)
        self._writer.start()

    async def write(self, action: Callable[[Connection], T]) -> T:
        """Run `action` in the writer's next transaction. What it returns is durable when this returns.

        If it raises, its own changes alone are undone. It must not commit, wait, or take long.
        Raises `Unavailable` when the transaction as a whole could not be committed.
        """
        if self._is_closed:
            raise Unavailable("the database is closed")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._writes.put(_Write(action, answer, loop))
        return await answer

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run `query` on one snapshot of what is committed. Raises `Unavailable`."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, query)

    def close(self) -> None:
        """Finish what was asked for, then close. Blocks for that long."""
        self._is_closed = True
        self._writes.put(None)
        self._writer.join()
        self._readers.shutdown()
        while not self._reader_connections.empty():
            self._reader_connections.get().close()

    def _read(self, query: Callable[[Connection], T]) -> T:
        connection = self._reader_connections.get()
        try:
            connection.execute("BEGIN")
            try:
                return query(connection)
            finally:
                connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise Unavailable(f"the database cannot be read: {error}") from error
        finally:
            self._reader_connections.put(connection)

    def _write_until_closed(self) -> None:
        while (first := self._writes.get()) is not None:
            writes, is_last = self._gather(first)
            _commit(self._connection, writes)
            if is_last:
                break
        self._connection.close()

    def _gather(self, first: _Write) -> tuple[list[_Write], bool]:
        """All that is waiting now, up to the maximum, and whether the end was among it."""
        writes = [first]
        while len(writes) < WRITES_PER_COMMIT_MAX:
            try:
                following = self._writes.get_nowait()
            except Empty:
                return writes, False
            if following is None:
                return writes, True
            writes.append(following)
        return writes, False


def connect(path: Path, *, read_only: bool = False) -> Connection:
    """A connection that commits when told, in WAL, synced at each commit, with foreign keys enforced."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    if read_only:
        connection.execute(f"PRAGMA busy_timeout = {READ_BUSY_MILLISECONDS:d}")
        connection.execute("PRAGMA query_only = ON")
        return connection
    connection.execute(f"PRAGMA busy_timeout = {READ_BUSY_MILLISECONDS:d}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES_KEPT:d}")
    connection.execute("PRAGMA busy_timeout = 0")  # `_begin` waits in its own way
    return connection


class _Attempt:
    """Brackets one caller's write in a savepoint and keeps how it went, to be told after the commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.result: object = None
        self.error: BaseException | None = None

    def __enter__(self) -> "_Attempt":
        self._connection.execute("SAVEPOINT attempt")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Carry any error to the caller whose write it was; only a transaction that is gone concerns all."""
        if error is not None:
            if not self._connection.in_transaction:  # disk full and the like: SQLite rolled everything back
                return False
            self._connection.execute("ROLLBACK TO attempt")
            self.error = error
        self._connection.execute("RELEASE attempt")
        return True


def _commit(connection: Connection, writes: list[_Write]) -> None:
    """Run the writes in one transaction and answer them."""
    try:
        _begin(connection)
        attempts = []
        for write in writes:
            with _Attempt(connection) as attempt:
                attempt.result = write.action(connection)
            attempts.append(attempt)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        refusal = Unavailable(f"the database cannot be written: {error}")
        refusal.__cause__ = error
        _answer([(write, None, refusal) for write in writes])
    else:
        _answer([(w, a.result, a.error) for w, a in zip(writes, attempts, strict=True)])


def _begin(connection: Connection) -> None:
    deadline = time.monotonic() + LOCK_SECONDS_MAX
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(LOCK_RETRY_SECONDS)
        else:
            return


def _answer(outcomes: list[tuple[_Write, object, BaseException | None]]) -> None:
    """Wake each event loop once, with all answers for its callers."""
    by_loop: dict[
        asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], object, BaseException | None]]
    ] = {}
    for write, result, error in outcomes:
        by_loop.setdefault(write.loop, []).append((write.answer, result, error))
    for loop, answers in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, answers)


def _resolve(answers: list[tuple[asyncio.Future[Any], object, BaseException | None]]) -> None:
    for answer, result, error in answers:
        if answer.done():  # its caller was cancelled; the write stands all the same
            continue
        if error is None:
            answer.set_result(result)
        else:
            answer.set_exception(error)
