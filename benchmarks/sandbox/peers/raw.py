"""The floor: posix_spawn and waitpid, no isolation at all."""

from benchmarks.sandbox.peers.peer import Sink, measure_command
from benchmarks.sandbox.programs import Program


class Raw:
    name = "raw posix_spawn"
    every = 1

    def __init__(self) -> None:
        self._sink = Sink()

    def measure(self, program: Program) -> float:
        return measure_command(program.host_argv, self._sink, program.stdout)
