"""Docker: an engine of our own in a temporary folder, with an image made of nothing but links and /box.

`docker run` makes a container a run; `docker exec` runs in one that is there. Both through the client, as one
would by hand. The default seccomp profile of Docker applies.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import signal
import subprocess
import tarfile
import time

from benchmarks.sandbox.cgroup import ROOT as CGROUPS
from benchmarks.sandbox.peers.peer import PeerFailed, Sink, find_program, measure_command, skeleton
from benchmarks.sandbox.programs import ENVIRONMENT, Program

START_SECONDS_MAX = 60.0
IMAGE = "assay-bench"
_LIMITS = (
    *("--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
    *("--memory", "1g", "--pids-limit", "64", "--user", "1000:1000", "--workdir", "/tmp"),  # noqa: S108
    *("--tmpfs", "/tmp", "--volume", "/usr:/usr:ro"),  # noqa: S108
    *(word for name, value in ENVIRONMENT.items() for word in ("--env", f"{name}={value}")),
)


class DockerRun:
    name = "docker run"

    def __init__(self, client: list[str], *, every: int) -> None:
        self.every = every
        self._client = client
        self._sink = Sink()

    def measure(self, program: Program) -> float:
        argv = [*self._client, "run", "--rm", *_LIMITS, IMAGE, *program.box_argv]
        return measure_command(argv, self._sink, program.stdout, _CLIENT_ENVIRONMENT)


class DockerExec:
    name = "docker exec"

    def __init__(self, client: list[str], container: str, *, every: int) -> None:
        self.every = every
        self._client = client
        self._container = container
        self._sink = Sink()

    def measure(self, program: Program) -> float:
        argv = [*self._client, "exec", self._container, *program.box_argv]
        return measure_command(argv, self._sink, program.stdout, _CLIENT_ENVIRONMENT)


_CLIENT_ENVIRONMENT = {"PATH": "/usr/bin", "HOME": "/nonexistent"}


@contextmanager
def docker_peers(folder: Path, programs: Sequence[Program]) -> Iterator[list[DockerRun | DockerExec]]:
    """An engine, an image and an idle container; all gone at the end. PeerFailed if it does not start."""
    folder.mkdir()
    socket = folder / "docker.sock"
    client = [find_program("docker"), "--host", f"unix://{socket}"]
    with _engine(folder, socket):
        skeleton(folder / "rootfs", programs)
        with tarfile.open(folder / "rootfs.tar", "w") as archive:
            archive.add(folder / "rootfs", arcname=".")
        _ask([*client, "import", str(folder / "rootfs.tar"), IMAGE])
        container = _ask([*client, "run", "--detach", *_LIMITS, IMAGE, "/usr/bin/sleep", "infinity"])
        try:
            yield [DockerRun(client, every=10), DockerExec(client, container, every=5)]
        finally:
            _ask([*client, "rm", "--force", container])


@contextmanager
def _engine(folder: Path, socket: Path) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        engine = subprocess.Popen(
            [
                find_program("dockerd"),
                *("--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=overlay2"),
                *("--data-root", str(folder / "data"), "--exec-root", str(folder / "exec")),
                *("--host", f"unix://{socket}", "--pidfile", str(folder / "pid")),
                *("--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", f"/{_cgroup()}"),
            ],
            stdout=log,
            stderr=log,
            start_new_session=True,  # it stops when we say so, not when a terminal does
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder)},
        )
        try:
            _await_socket(engine, socket, folder / "log")
            yield
        finally:
            engine.send_signal(signal.SIGTERM)
            try:
                engine.wait(30)
            except subprocess.TimeoutExpired:
                engine.kill()
                engine.wait()
            _unmount_below(folder)
            _remove_cgroups()


def _await_socket(engine: subprocess.Popen[bytes], socket: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while not socket.exists():
        if engine.poll() is not None or time.monotonic() > deadline:
            raise PeerFailed(f"the engine does not start: {log.read_text()[-300:]}")
        time.sleep(0.1)


def _ask(argv: list[str]) -> str:
    done = subprocess.run(argv, check=False, capture_output=True, text=True, env=_CLIENT_ENVIRONMENT)
    if done.returncode != 0:
        raise PeerFailed(f"{' '.join(argv[3:5])}: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()


def _cgroup() -> str:
    """Its own, not the one that another engine on this machine may use."""
    return f"assay-bench.{os.getpid()}.docker"


def _remove_cgroups() -> None:
    """The engine leaves the parent of its containers' groups, empty."""
    for root in (CGROUPS, *CGROUPS.glob("*/")):
        for group in sorted(root.glob(f"{_cgroup()}/**/"), reverse=True):
            with suppress(OSError):
                group.rmdir()


def _unmount_below(folder: Path) -> None:
    """What an engine that was killed leaves mounted, so that the folder can be removed."""
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for mount in sorted((each for each in mounts if each.startswith(f"{folder}{os.sep}")), reverse=True):
        with suppress(subprocess.CalledProcessError):
            subprocess.run(["/usr/bin/umount", "--lazy", mount], check=True)
