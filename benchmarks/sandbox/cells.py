"""A cell in a cgroup of its own, and runs in it, asked for as a user of the library asks."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
import os
from pathlib import Path
import tempfile
import time

from assay.languages.views import expand_views, load_views
from assay.sandbox import BlockingCell, CellConfig, CellProcess, Command, Policy, RunLimits, Status
from benchmarks.sandbox.cgroup import OwnGroup, own_group
from benchmarks.sandbox.peers.peer import PeerFailed, Sink
from benchmarks.sandbox.programs import ENVIRONMENT, Program

BINARY = Path(os.environ.get("ASSAY_CELL", Path(__file__).parents[2] / "cell/build/cell"))
FIRST_SLOT_UID = 62000
LIMITS = RunLimits(
    cpu_time_ms=10_000,
    wall_time_ms=20_000,
    memory_bytes=1 << 30,
    processes=64,
    open_files=256,
    scratch_bytes=64 << 20,
    scratch_inodes=4096,
    stdout_bytes=1 << 20,
    stderr_bytes=1 << 20,
    cores=1,
)


def limits(**changes: int) -> RunLimits:
    """Roomy ones, but for the changes."""
    return replace(LIMITS, **changes)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A running cell, and the cgroup that all of it counts in."""

    process: CellProcess
    client: BlockingCell
    group: OwnGroup

    @property
    def socket_path(self) -> Path:
        return self.client.socket_path


@contextmanager
def measured_cell(
    *,
    slots: int,
    spare_slots: int = 1,
    box_bytes: int = 64 << 20,
    views: Mapping[str, Sequence[Path]] | None = None,
) -> Iterator[Measured]:
    """A cell with all layers on, and the views that the judge uses unless others are given."""
    with tempfile.TemporaryDirectory(prefix="cell-") as folder, own_group("assay-bench") as group:
        config = CellConfig(
            binary=BINARY,
            socket_path=Path(folder) / "cell",
            slots=slots,
            spare_slots=spare_slots,
            client_uid=os.getuid(),
            client_gid=os.getgid(),
            first_slot_uid=FIRST_SLOT_UID,
            views=views or expand_views(load_views()),
            box_bytes=box_bytes,
        )
        with group.joined():
            process = CellProcess.start(config)
        try:
            yield Measured(process=process, client=BlockingCell(config.socket_path), group=group)
        finally:
            process.stop()


def command(
    argv: Sequence[str],
    *,
    view: str = "native",
    policy: Policy = Policy.NATIVE,
    limits: RunLimits = LIMITS,
    repeat: bool = False,
    warm: bool = False,
) -> Command:
    """A run with its box read-only, as a test of a submission is."""
    return Command(
        argv=tuple(argv),
        env=ENVIRONMENT,
        view=view,
        policy=policy,
        limits=limits,
        box_writable=False,
        repeat=repeat,
        warm=warm,
    )


class CellRunner:
    """The cell among its peers: a slot of its own, and one run in it after the other."""

    every = 1

    def __init__(
        self, name: str, client: BlockingCell, programs: Sequence[Program], *, warm: bool = False
    ) -> None:
        self.name = name
        self._slot = client.slot()
        self._sink = Sink()
        self._commands = {}
        for program in programs:
            self._slot.put(program.file.name, program.file.read_bytes(), executable=True)
            view, policy = ("python", Policy.MANAGED) if program.interpreter else ("native", Policy.NATIVE)
            self._commands[program.name] = command(
                program.box_argv, view=view, policy=policy, repeat=True, warm=warm
            )

    def measure(self, program: Program) -> float:
        asked = self._commands[program.name]
        sink = self._sink
        begin = time.perf_counter()
        facts = self._slot.run(asked, stdin=sink.null, stdout=sink.stdout, stderr=sink.stderr)
        took = 1e3 * (time.perf_counter() - begin)
        out, err = sink.take()
        if facts.status is not Status.EXITED or facts.exit_code != 0 or out != program.stdout:
            raise PeerFailed(f"the cell did not run {program.name}: {facts}, {out[:100]!r}, {err[-300:]!r}")
        return took

    def close(self) -> None:
        self._slot.close()
        self._sink.close()
