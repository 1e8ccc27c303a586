"""A PostgreSQL and the standby that no commit is answered without, each behind a network of the tests' own.

Processes know two places, one of which has the primary: they find out which.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
import signal
import time

from tests.engines.disk import fill, make_room, small_disk
from tests.engines.postgres import PostgresServer, running_postgres
from tests.engines.proxy import running_proxy

DISK_MB = 512
DYING_SECONDS = 0.5  # a server that cannot go on needs them
_WAL = "64MB"  # what is kept of the log, and what it may take: the disk is small


class Pair:
    """The machine of each has a disk of its own, which is small."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self._disks = [
            stack.enter_context(small_disk(directory / f"host-{number}", megabytes=DISK_MB))
            for number in (0, 1)
        ]
        self._hosts = [stack.enter_context(ExitStack()) for _ in self._disks]
        self.primary = self._hosts[0].enter_context(running_postgres(inside=self._disks[0]))
        for setting in ("wal_keep_size", "max_wal_size", "min_wal_size"):
            self.primary.sql(f"ALTER SYSTEM SET {setting} = '{_WAL}'")
        self.primary.sql("SELECT pg_reload_conf()")
        self.proxies = [stack.enter_context(running_proxy(self.primary.port)) for _ in self._hosts]
        self._here = 0  # where the primary is
        self.standby: PostgresServer | None = None
        self.make_standby()

    def url(self, database: str) -> str:
        places = ",".join(f"127.0.0.1:{proxy.port}" for proxy in self.proxies)
        before, _, after = self.primary.url(database).partition(f"127.0.0.1:{self.primary.port}")
        return f"{before}{places}{after}?target_session_attrs=read-write"

    def make_standby(self) -> None:
        """At the place where the primary is not, unless there is one."""
        if self.standby is None:
            there = 1 - self._here
            self.standby = self._hosts[there].enter_context(
                running_postgres(follows=self.primary, inside=self._disks[there])
            )
            self.primary.wait_for(self.standby)
            self.proxies[there].point_to(self.standby.port)
            self.proxies[there].heal()

    def lose_primary(self) -> None:
        """The machine of the primary is gone, in the middle of whatever it did."""
        self.primary.stop(signal.SIGQUIT)
        self.proxies[self._here].refuse()

    def promote(self) -> None:
        """The standby is the primary now; there is no other standby until one is made."""
        assert self.standby is not None
        self.standby.promote()
        self._hosts[self._here].close()
        self.primary, self.standby, self._here = self.standby, None, 1 - self._here

    def crash(self) -> None:
        self.primary.stop(signal.SIGQUIT)

    def start(self) -> None:
        """Unless it runs."""
        if not self.primary.is_alive:
            self.primary.stop()
            self.primary.start()

    def fill(self) -> None:
        """The primary's disk has no room left."""
        fill(self._disks[self._here])

    def make_room(self) -> None:
        """The primary goes on, or is started again: without room for its log it ends."""
        make_room(self._disks[self._here])
        time.sleep(DYING_SECONDS)
        self.start()


@contextmanager
def running_pair(directory: Path) -> Iterator[Pair]:
    with ExitStack() as stack:
        yield Pair(directory, stack)
