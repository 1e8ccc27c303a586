"""A program and an interactor, each in its own slot, joined by two pipes.

    program ── stdout ──▶ its keeper ──▶ pipe ──▶ stdin  ── interactor
    program ◀── stdin ◀── pipe ◀── its keeper ◀── stdout ── interactor

When one of them ends, the other reads the end of its input. Who ended first decides what that means: a
program that crashes because the interactor has hung up was wrong; one that crashes on its own has crashed,
whatever the interactor makes of the silence that follows. The sandbox notes the instant of each end before
the other side can see it (`Facts.ended_at_us`), so the order does not depend on how busy the machine is.
"""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
import os
import signal

from assay.domain.verdict import Verdict
from assay.judging.capture import closing_fd, memory_file, null_device
from assay.judging.classify import Ruling
from assay.judging.dialects import Feedback, Judged, JuryFault, understand
from assay.judging.jury import MESSAGE_BYTES_MAX, Validator
from assay.judging.lexing import read_at
from assay.judging.ports import SandboxSlot
from assay.sandbox import Command, Facts, Status

_HUNG_UP = "the program ended before the interactor was done with it"


@dataclass(frozen=True, kw_only=True)
class Interaction:
    """What came of it: the facts of the program, those of the interactor, and what it said for people."""

    program: Facts
    interactor: Facts
    said: bytes

    @property
    def has_interactor_ended_first(self) -> bool:
        return self.interactor.ended_at_us < self.program.ended_at_us


async def interact(
    slot: SandboxSlot,
    program: Command,
    interactor: Validator,
    command: Command,
    files: Sequence[int],
) -> Interaction:
    """Run both to their ends. `files` are the interactor's. Raises `SandboxError`."""
    with ExitStack() as ours:
        null = ours.enter_context(null_device())
        said = ours.enter_context(memory_file("said"))
        both: list[asyncio.Task[Facts]] = []
        try:
            with ExitStack() as ends:
                from_program, to_interactor = _pipe(ends)
                from_interactor, to_program = _pipe(ends)
                run_program = slot.run(program, stdin=from_interactor, stdout=to_interactor, stderr=null)
                run_interactor = interactor.slot.run(
                    command, stdin=from_program, stdout=to_program, stderr=said, files=tuple(files)
                )
                both = [asyncio.ensure_future(run_program), asyncio.ensure_future(run_interactor)]
                # Both have taken their descriptors when they first wait (ports.py). Ours are closed at once,
                # or nobody would ever read the end of a pipe.
                await asyncio.sleep(0)
            of_program, of_interactor = await asyncio.gather(*both)
        finally:
            await _end(both)
        return Interaction(
            program=of_program, interactor=of_interactor, said=read_at(said, 0, MESSAGE_BYTES_MAX)
        )


async def _end(runs: Sequence[asyncio.Task[Facts]]) -> None:
    """Let none of them outlive this, whatever went wrong: its slot and its descriptors are closed next."""
    for each in runs:
        each.cancel()
    while any(not each.done() for each in runs):
        with suppress(asyncio.CancelledError):  # whoever cancels once more is waited for no longer than that
            await asyncio.wait(runs)
    for each in runs:
        if not each.cancelled():
            each.exception()  # looked at, so that asyncio does not report it: the first one is on its way up


def judge_interaction(
    interaction: Interaction, ruling: Ruling, interactor: Validator, feedback: Feedback
) -> tuple[Ruling, Judged | None]:
    """The program's ruling (`ruling` is what its facts alone would be), and the interactor's word where that
    is what counts. Raises `JuryFault` for an interactor that failed by itself."""
    name, dialect = interactor.program.name, interactor.program.dialect
    failed = ruling.verdict is not None
    try:
        judged = understand(name, dialect, interaction.interactor, interaction.said, feedback)
    except JuryFault:
        if failed and not interaction.has_interactor_ended_first:
            return ruling, None  # the end of the program may well have brought the interactor down
        if (
            not failed
            and not interaction.has_interactor_ended_first
            and _was_hung_up_on(interaction.interactor)
        ):
            return Ruling(verdict=Verdict.WA, message=_HUNG_UP), None
        raise
    if not failed:
        return ruling, judged
    if interaction.has_interactor_ended_first and not judged.is_accepted and ruling.verdict is not Verdict.JE:
        return Ruling(verdict=None, message=""), judged
    return ruling, None


def _was_hung_up_on(facts: Facts) -> bool:
    return facts.status is Status.SIGNALLED and facts.signal == signal.SIGPIPE


def _pipe(stack: ExitStack) -> tuple[int, int]:
    ends = os.pipe2(os.O_CLOEXEC)
    for end in ends:
        stack.enter_context(closing_fd(end))
    return ends
