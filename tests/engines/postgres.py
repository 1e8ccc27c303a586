"""PostgreSQL servers of the tests' own: one, or one and a standby that follows it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

from tests.engines.ports import free_port
from tests.processes import children_of

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
_PASSWORD = "secret"
_CONFIG = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 64MB
fsync = {fsync}
max_prepared_transactions = 0
wal_keep_size = 512MB
wal_retrieve_retry_interval = 200ms
log_min_messages = warning
"""


class PostgresServer:
    """A server in a folder. `stop`, `kill` and `start` may be called in any order."""

    def __init__(
        self, directory: Path, *, fsync: bool = False, follows: "PostgresServer | None" = None
    ) -> None:
        """Make the cluster, or a standby of one that runs.

        Without `fsync` it loses data when the machine dies, not when it is killed. A standby does as its
        primary.
        """
        self.port = free_port()
        self.name = f"server_{self.port}"
        self._directory = directory
        self._data = directory / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._user = _ordinary_user()
        if self._user is not None:
            shutil.chown(directory, self._user)
        if follows is None:
            self._make(fsync=fsync)
        else:
            self._copy(follows)

    def _make(self, *, fsync: bool) -> None:
        password = self._directory / "password"
        password.write_text(_PASSWORD)
        password.chmod(0o644)
        self._run(
            "initdb", "--pgdata", str(self._data), "--username", "assay", "--pwfile", str(password),
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip
        with (self._data / "postgresql.conf").open("a") as config:
            config.write(_CONFIG.format(fsync="on" if fsync else "off"))

    def _copy(self, primary: "PostgresServer") -> None:
        self._run(
            "pg_basebackup", "--pgdata", str(self._data), "--write-recovery-conf", "--no-sync",
            "--checkpoint", "fast", "--dbname", f"{primary.url()}?application_name={self.name}",
        )  # fmt: skip

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://assay:{_PASSWORD}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        with (self._directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [_program("postgres"), "-D", str(self._data), "-p", str(self.port)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=self._user, group=self._user,
                extra_groups=None if self._user is None else [], cwd=self._directory,
            )  # fmt: skip
        self._until(self._is_ready)

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends open connections; SIGQUIT is a crash whose recovery comes at the next start."""
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                print(f"{self.name} does not stop; it and its own are killed\n{self._what_it_does()}")
                self._kill_all()
            self._process = None

    def _kill_all(self) -> None:
        """The postmaster first: it would begin again."""
        assert self._process is not None
        own = children_of(self._process.pid)
        for pid in (self._process.pid, *own):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(STOP_SECONDS_MAX)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while any(Path(f"/proc/{pid}").exists() for pid in own):
            assert time.monotonic() < deadline, "PostgreSQL's processes cannot be killed"
            time.sleep(0.05)

    def _what_it_does(self) -> str:
        """State and place in the kernel of all of its processes, and its last words."""
        assert self._process is not None
        lines = []
        for pid in (self._process.pid, *children_of(self._process.pid)):
            with suppress(FileNotFoundError):
                place = Path(f"/proc/{pid}")
                state = place.joinpath("stat").read_text().rpartition(")")[2].split()[0]
                words = place.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                lines.append(f"{pid} {state} {place.joinpath('wchan').read_text()} {words.strip()}")
        return "\n".join([*lines, (self._directory / "log").read_text()[-2000:]])

    def wait_for(self, standby: "PostgresServer") -> None:
        """From now on no commit is answered before the standby has it: it is synchronous."""
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{standby.name}'")
        self.sql("SELECT pg_reload_conf()")
        state = f"SELECT sync_state FROM pg_stat_replication WHERE application_name = '{standby.name}'"  # noqa: S608
        self._until(lambda: self.sql(state).strip() == "sync")

    def wait_for_nobody(self) -> None:
        """Commits are answered without any standby again."""
        self.sql("ALTER SYSTEM RESET synchronous_standby_names")
        self.sql("SELECT pg_reload_conf()")

    def promote(self) -> None:
        """Make a primary of a standby."""
        self.sql("SELECT pg_promote(true, 60)")

    def pause_replay(self) -> None:
        """A standby takes what comes, and shows none of it."""
        self.sql("SELECT pg_wal_replay_pause()")
        self._until(lambda: self.sql("SELECT pg_get_wal_replay_pause_state()").strip() == "paused")

    def resume_replay(self) -> None:
        self.sql("SELECT pg_wal_replay_resume()")

    def catch_up(self, standby: "PostgresServer") -> None:
        """Return when the standby shows all that is committed here now."""
        here = self.sql("SELECT pg_current_wal_flush_lsn()").strip()
        shown = f"SELECT pg_last_wal_replay_lsn() >= '{here}'::pg_lsn"
        self._until(lambda: standby.sql(shown).strip() == "t")

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Its URL."""
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        self.sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def sql(self, statement: str, database: str = "postgres") -> str:
        """What psql says of it."""
        return self._run(
            "psql", "--no-psqlrc", "--tuples-only", "--no-align", "-v", "ON_ERROR_STOP=1",
            "--command", statement, self.url(database),
        )  # fmt: skip

    def _until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not is_so():
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self._directory / "log").read_text())
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        command = [_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [_program(program), *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, cwd=self._directory,
            user=self._user, group=self._user, extra_groups=None if self._user is None else [],
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running_postgres(
    *, fsync: bool = False, follows: PostgresServer | None = None, inside: Path | None = None
) -> Iterator[PostgresServer]:
    """A server, or a standby that follows one that runs and takes what is committed there from now on.

    Its folder is `inside` another one, if given.
    """
    directory = Path(tempfile.mkdtemp(prefix="assay-postgres-", dir=inside))
    directory.chmod(0o755)
    try:
        server = PostgresServer(directory, fsync=fsync, follows=follows)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(directory)


def _program(name: str) -> str:
    """Debian keeps the server's programs out of the path, each version's apart."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    where = str(found[-1]) if found else shutil.which(name)
    assert where is not None, f"no {name}; remedy: make test-setup, which installs deploy/apt/test.txt"
    return where


def _ordinary_user() -> str | None:
    """PostgreSQL refuses to run as root. Its package has made it a user; anybody else runs it as oneself."""
    if os.geteuid() != 0:
        return None
    return pwd.getpwnam("postgres").pw_name
