"""What one submission may use. Units end the names; no limit has a default."""

from dataclasses import dataclass

MILLISECONDS_PER_SECOND = 1000
BYTES_PER_MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Limits:
    """A problem's limits, for each run and for the compilation.

    `cpu_time_ms` is the time limit that contestants see: CPU time of one run, all descendants included.
    Wall time is derived (`wall_time_ms`), because it only exists to end a run that sleeps.
    """

    cpu_time_ms: int
    memory_bytes: int
    output_bytes: int
    source_bytes: int
    compile_time_ms: int
    compile_memory_bytes: int

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value <= 0:
                raise ValueError(f"{name} must be positive, not {value}")

    @property
    def wall_time_ms(self) -> int:
        """Elapsed time after which a run is ended whatever it does."""
        return wall_time_for(self.cpu_time_ms)


def wall_time_for(cpu_time_ms: int) -> int:
    """Twice the CPU time and a second: room for a busy machine, none for a sleeper."""
    return 2 * cpu_time_ms + MILLISECONDS_PER_SECOND
