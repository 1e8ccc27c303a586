"""crun and runc: an OCI bundle for each program, a container for each run. Limits, but no seccomp filter.

crun refuses to work beside a version 2 hierarchy with controllers next to version 1, so it is started by a
process in a mount namespace where that is not mounted; it then has the limits of version 1, as runc has.

    folder/rootfs/          shared: links, mount points, /box
    folder/<program>/       config.json
"""

from collections.abc import Sequence
from itertools import count
import json
import os
from pathlib import Path

from benchmarks.sandbox.peers.peer import Sink, find_program, measure_command, skeleton
from benchmarks.sandbox.peers.spawner import HYBRID, WithoutHybrid
from benchmarks.sandbox.programs import ENVIRONMENT, Program

_NUMBERS = count()


class OciRuntime:
    def __init__(self, name: str, folder: Path, programs: Sequence[Program], *, every: int) -> None:
        self.name = name
        self.every = every
        self._sink = Sink()
        self._folder = folder
        self._runtime = [find_program(name), "--root", str(folder / "state")]
        self._spawner = WithoutHybrid() if name == "crun" and HYBRID.is_dir() else None
        skeleton(folder / "rootfs", programs)
        for program in programs:
            bundle = folder / program.name
            bundle.mkdir()
            (bundle / "config.json").write_text(json.dumps(_config(folder / "rootfs", program)))

    def measure(self, program: Program) -> float:
        bundle = str(self._folder / program.name)
        container = f"assay-bench-{os.getpid()}-{next(_NUMBERS)}"
        argv = [*self._runtime, "run", "--bundle", bundle, container]
        if self._spawner is not None:
            return self._spawner.measure(argv, program.stdout)
        return measure_command(argv, self._sink, program.stdout)

    def close(self) -> None:
        if self._spawner is not None:
            self._spawner.close()


def _config(root: Path, program: Program) -> dict[str, object]:
    def mount(target: str, kind: str, source: str, *options: str) -> dict[str, object]:
        return {"destination": target, "type": kind, "source": source, "options": list(options)}

    return {
        "ociVersion": "1.0.2",
        "process": {
            "terminal": False,
            "user": {"uid": 1000, "gid": 1000},
            "args": list(program.box_argv),
            "env": [f"{name}={value}" for name, value in ENVIRONMENT.items()],
            "cwd": "/tmp",  # noqa: S108 - the container's own
            "capabilities": {},
            "noNewPrivileges": True,
            "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 256, "soft": 256}],
        },
        "root": {"path": str(root), "readonly": True},
        "hostname": "bench",
        "mounts": [
            mount("/proc", "proc", "proc", "nosuid", "nodev", "noexec"),
            mount("/dev", "tmpfs", "tmpfs", "nosuid", "mode=755", "size=65536k"),
            mount("/tmp", "tmpfs", "tmpfs", "nosuid", "nodev", "mode=1777", "size=64m"),  # noqa: S108
            mount("/usr", "bind", "/usr", "rbind", "ro", "nosuid", "nodev"),
        ],
        "linux": {
            "namespaces": [{"type": kind} for kind in ("pid", "network", "ipc", "uts", "mount")],
            "cgroupsPath": f"/assay-bench.{os.getpid()}.oci",
            "resources": {"memory": {"limit": 1 << 30}, "pids": {"limit": 64}},
            "maskedPaths": ["/proc/kcore", "/proc/keys"],
            "readonlyPaths": ["/proc/sys", "/proc/sysrq-trigger"],
        },
    }
