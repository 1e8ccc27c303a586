"""DMOJ's ptrace sandbox (PyPI `dmoj`), in a virtual environment of its own, in a process that serves us.

It measures itself, so that asking it costs it nothing.
"""

import json
from pathlib import Path
import subprocess

from benchmarks.sandbox.peers.peer import PeerFailed
from benchmarks.sandbox.programs import Program

PYTHON = Path(".build/venv-bench/bin/python")
SERVER = Path(__file__).with_name("dmoj_server.py")


class Dmoj:
    name = "DMOJ"
    every = 1

    def __init__(self) -> None:
        if not PYTHON.exists():
            raise PeerFailed(f"there is no {PYTHON}; make bench-sandbox makes it from requirements-bench.txt")
        self._process = subprocess.Popen(
            [PYTHON, "-I", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def measure(self, program: Program) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            print(json.dumps(program.host_argv), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise PeerFailed(f"its server ended with code {self._process.wait()}")
        answer = json.loads(line)
        if answer["exit_code"] != 0 or answer["stdout"].encode() != program.stdout:
            raise PeerFailed(f"it did not run {program.name}: {answer}")
        return float(answer["ms"])

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
