"""The worker process that `assay serve` starts: judges until SIGTERM, then drains. Dies with its parent."""

import argparse
import asyncio
import ctypes
from dataclasses import replace
from functools import partial
import os
from pathlib import Path
import signal
import sys

from assay.cli.logs import log_as_json_lines, log_from
from assay.cli.loops import run
from assay.cli.reloading import Read, follow_copy
from assay.cli.settling import collect_now_and_then, settle
from assay.crash_points import arm
from assay.errors import AssayError
from assay.operate.lasting import going_on
from assay.settings import Settings, read_settings
from assay.wiring.adjusting import adjust_worker
from assay.wiring.house import open_worker
from assay.worker.process import run_worker
from assay.worker.seats import Seats

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """The process's edge. Ctrl-C is the parent's to handle: it tells us by SIGTERM."""
    arguments = _parse(sys.argv[1:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(arguments.parent_pid)
    try:
        read = partial(read_settings, dict(os.environ), data_dir=arguments.data_dir, slots=arguments.slots)
        settings = _within(read(), slots_max=arguments.slots_max)
        log_as_json_lines(settings.log_level)
        arm(settings.crash_plan)
        run(_work(settings, arguments.cell_socket, read))
    except AssayError as error:
        print(f"assay: worker: {error.message}", file=sys.stderr)
        sys.exit(error.exit_code)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="assay.cli.worker")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--cell-socket", type=Path)  # none with a Docker engine
    parser.add_argument("--slots", type=int)
    parser.add_argument("--slots-max", type=int, required=True)  # the sandbox has room for so many
    parser.add_argument("--parent-pid", type=int, required=True)
    return parser.parse_args(arguments)


def _die_with(parent_pid: int) -> None:
    """Ask the kernel to kill us when the server is gone, even by kill -9: its cell goes, too."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # it went before we asked
        sys.exit(0)


def _within(settings: Settings, *, slots_max: int) -> Settings:
    """What the file says may be newer than the sandbox."""
    return replace(settings, slots=min(settings.slots, slots_max), slots_max=slots_max)


async def _work(settings: Settings, cell_socket: Path | None, read: Read) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    seats = Seats(settings.slots)
    async with open_worker(settings, cell_socket, seats) as parts:

        def adjust(settings: Settings) -> None:
            log_from(settings.log_level)
            adjust_worker(parts, seats, settings)

        async with (
            going_on(partial(follow_copy, settings, read, adjust), name="following the settings"),
            going_on(collect_now_and_then, name="collecting garbage"),
        ):
            settle()
            await run_worker(parts, stopping, seats=seats)


if __name__ == "__main__":
    main()
