"""A run that is repeated with more elapsed time when the machine did not let it compute (starvation.py)."""

from collections.abc import Sequence
import os
from pathlib import Path
import stat

from assay.judging.ports import SandboxSlot
from assay.judging.starvation import is_starved, with_room
from assay.sandbox import Command, Facts


async def run_with_room(
    slot: SandboxSlot,
    command: Command,
    *,
    stdin: int,
    stdout: int,
    stderr: int,
    files: Sequence[int] = (),
    wall_time_ms_max: int | None = None,
) -> tuple[Facts, Command]:
    """Run, and once more if it was starved; also the command that the facts are of. Raises `SandboxError`.

    Of a run that does not count nothing is left in `stdout` and `stderr`. What a pipe has taken cannot be
    taken back: with one, it is done once only. Nor is it done again when `wall_time_ms_max`, which bounds
    the second run, leaves it no more time than the first one had.
    """
    outputs = {fd for fd in (stdout, stderr) if not _is_device(fd)}
    began = {fd: os.lseek(fd, 0, os.SEEK_CUR) for fd in {stdin, *outputs} if not _is_pipe(fd)}
    facts = await slot.run(command, stdin=stdin, stdout=stdout, stderr=stderr, files=files)
    again = with_room(command, wall_time_ms_max=wall_time_ms_max)
    has_more = again.limits.wall_time_ms > command.limits.wall_time_ms
    if not is_starved(facts) or not has_more or len(began) < len({stdin, *outputs}):
        return facts, command
    for fd, at in began.items():
        if fd in outputs:
            os.ftruncate(fd, at)
        os.lseek(fd, at, os.SEEK_SET)
    return await slot.run(again, stdin=stdin, stdout=stdout, stderr=stderr, files=files), again


def _is_pipe(fd: int) -> bool:
    return not stat.S_ISREG(os.fstat(fd).st_mode) and not _is_device(fd)


def _is_device(fd: int) -> bool:
    """/dev/null, which has no content that would have to be taken back."""
    return os.fstat(fd).st_rdev == Path(os.devnull).stat().st_rdev
