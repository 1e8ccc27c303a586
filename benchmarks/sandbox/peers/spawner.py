"""Starts commands in a mount namespace of its own, where cgroup version 2 is not mounted beside version 1.

python -m benchmarks.sandbox.peers.spawner: a JSON line in, {"argv", "stdout"}; {"ms"} or {"error"} out.
"""

from collections.abc import Sequence
import json
from pathlib import Path
import subprocess
import sys

from benchmarks.sandbox.peers.peer import PeerFailed, Sink, measure_command

HYBRID = Path("/sys/fs/cgroup/unified")
_UNMOUNT = 'umount "$1" && shift && exec "$@"'


class WithoutHybrid:
    """Our end of it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [
                *("/usr/bin/unshare", "--mount", "--propagation", "private"),
                *("/bin/sh", "-c", _UNMOUNT, "sh", str(HYBRID)),
                *(sys.executable, "-m", "benchmarks.sandbox.peers.spawner"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def measure(self, argv: Sequence[str], wanted: bytes) -> float:
        """As measure_command, measured where it is started."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"argv": argv, "stdout": wanted.decode()}), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline() or '{"error": "the spawner ended"}')
        if "error" in answer:
            raise PeerFailed(answer["error"])
        return float(answer["ms"])

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


def serve() -> None:
    sink = Sink()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer: dict[str, object] = {"ms": measure_command(asked["argv"], sink, asked["stdout"].encode())}
        except (PeerFailed, OSError) as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve()
