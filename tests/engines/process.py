"""An engine that is one process of ours: stopped, frozen and thawed."""

from pathlib import Path
import signal
import subprocess
import time

STOP_SECONDS_MAX = 30


class EngineProcess:
    """`stop`, `freeze` and `thaw` of whatever `start` has put into `_process`."""

    _process: subprocess.Popen[bytes] | None = None

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(how)
            self._process.wait(STOP_SECONDS_MAX)
            self._process = None

    def freeze(self) -> None:
        """It keeps its connections and says nothing more."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        while b") T" not in Path(f"/proc/{self._process.pid}/stat").read_bytes():
            time.sleep(0.001)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)
