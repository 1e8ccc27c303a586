"""Redis servers of the tests' own: one, or a cluster of three."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import takewhile
import json
import os
from pathlib import Path
import shutil
import subprocess
import tempfile
import time

from tests.engines.ports import free_port
from tests.engines.process import EngineProcess

START_SECONDS_MAX = 30
SLOTS = 16_384
CLUSTER_SERVERS = 3
_END = "the-end-of-what-was-overheard"


class RedisServer(EngineProcess):
    """A server without anything on the disk. `stop`, `kill` and `start` may be called in any order."""

    def __init__(self, directory: Path, *, password: str | None = None, more: Sequence[str] = ()) -> None:
        """`more`: what else is configured, as arguments."""
        self.port = free_port()
        self._directory = directory
        self._password = password
        self._more = [*more, *([] if password is None else ["--requirepass", password])]

    @property
    def url(self) -> str:
        secret = "" if self._password is None else f":{self._password}@"
        return f"redis://{secret}127.0.0.1:{self.port}/0"

    def start(self) -> None:
        with (self._directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    _program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1",
                    "--save", "", "--appendonly", "no", "--dir", str(self._directory), *self._more,
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._directory,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS_MAX
        while self._command("PING").stdout.strip() != "PONG":
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self._directory / "log").read_text())
            time.sleep(0.02)

    def ask(self, *command: str) -> str:
        """What redis-cli says of a command."""
        done = self._command(*command)
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    @contextmanager
    def overheard(self, pattern: str) -> Iterator[list[tuple[str, str]]]:
        """What is published meanwhile, as (channel, text); complete afterwards."""
        with subprocess.Popen(
            [*self._client(), "--json", "PSUBSCRIBE", _END, pattern],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=self._environment(),
        ) as listener:  # fmt: skip
            assert listener.stdout is not None
            heard: list[tuple[str, str]] = []
            try:
                for line in listener.stdout:
                    if line.startswith("[") and json.loads(line) == ["psubscribe", pattern, 2]:
                        break  # it listens
                yield heard
                time.sleep(0.5)  # what its sender has not sent yet
                self.ask("PUBLISH", _END, "")
                messages = (json.loads(line) for line in listener.stdout)
                heard += [(told[2], told[3]) for told in takewhile(lambda told: told[2] != _END, messages)]
            finally:
                listener.terminate()

    def _command(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*self._client(), *command],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
            env=self._environment(),
        )  # fmt: skip

    def _client(self) -> list[str]:
        return [_program("redis-cli"), "-h", "127.0.0.1", "-p", str(self.port)]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **({} if self._password is None else {"REDISCLI_AUTH": self._password})}


@contextmanager
def running_redis(*, password: str | None = None, more: Sequence[str] = ()) -> Iterator[RedisServer]:
    directory = Path(tempfile.mkdtemp(prefix="assay-redis-"))
    try:
        server = RedisServer(directory, password=password, more=more)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(directory)


@contextmanager
def running_redis_cluster() -> Iterator[str]:
    """Its URL, which names two of the servers."""
    with ExitStack() as stack:
        servers = [stack.enter_context(running_redis(more=_of_a_cluster())) for _ in range(CLUSTER_SERVERS)]
        bounds = [number * SLOTS // CLUSTER_SERVERS for number in range(CLUSTER_SERVERS + 1)]
        for server, first, after in zip(servers, bounds, bounds[1:], strict=False):
            assert server.ask("CLUSTER", "ADDSLOTSRANGE", str(first), str(after - 1)) == "OK"
        for server in servers[1:]:
            bus_port = server.ask("CONFIG", "GET", "cluster-port").splitlines()[1]
            met = servers[0].ask("CLUSTER", "MEET", "127.0.0.1", str(server.port), bus_port)
            assert met == "OK", met
        deadline = time.monotonic() + START_SECONDS_MAX
        while not all(_knows_all(server) for server in servers):
            assert time.monotonic() < deadline, servers[0].ask("CLUSTER", "NODES")
            time.sleep(0.05)
        yield "redis+cluster://" + ",".join(f"127.0.0.1:{server.port}" for server in servers[:2])


def _of_a_cluster() -> list[str]:
    return ["--cluster-enabled", "yes", "--cluster-port", str(free_port()), "--cluster-node-timeout", "2000"]


def _knows_all(server: RedisServer) -> bool:
    info = dict(line.split(":", 1) for line in server.ask("CLUSTER", "INFO").split())
    return (info["cluster_state"], info["cluster_known_nodes"]) == ("ok", str(CLUSTER_SERVERS))


def _program(name: str) -> str:
    where = shutil.which(name)
    assert where is not None, f"no {name}; remedy: make test-setup, which installs deploy/apt/test.txt"
    return where
