"""The tests of one submission where there is room: in its own slot, and in others beside it.

The walk (desk.py) asks for one test after the other, and what it makes of them is the same whoever ran them
and when. While it waits for one, those that come next in the problem are run already, in as many lanes as
there is room for: a lane is a slot with the same program in it, on a seat that nobody else needs. Who needs
the seat gets it at once, and the test that was being run there is run again when it is asked for. So is one
that met a fault of ours, or that the machine did not let compute: a test that nobody has asked for raises
nothing, and has no share in the submission's patience (starvation.py). What the walk never asks for, as an
earlier test has decided, is broken off and forgotten.

    the walk asks   1      2      3      4      5
    its own slot    [ 1   ][ 2   ][ 4   ][ 5   ]
    beside it              [ 3         ][ 6 …            once it is known what there is to gain

Only what needs nothing but a slot is run beside another: no program of the setter's, no slot for each run.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from assay.domain.problem import TestCase
from assay.judging.compilation import prepare
from assay.judging.dialects import JuryFault
from assay.judging.one_pass import Bench
from assay.judging.ports import Room
from assay.judging.stand import Stand
from assay.judging.starvation import Patience
from assay.judging.trial import Trial, try_test
from assay.judging.working_folder import needs_own_slots
from assay.sandbox import SandboxError

LANES_MAX = 4  # with the submission's own: a long list of tests shall not have the whole of a large machine
# What is left to run must take as long as this, by the last test's time. A lane costs some 2 ms of CPU, and a
# program that starts warm some 12 until it is.
WORTH_US = 25_000
AHEAD_MAX = 16  # outcomes that wait to be asked for, each with up to 32 KiB of what was written

_FAULTS = (SandboxError, OSError, JuryFault)  # of ours, or of the setter's: told of a test that is asked for

Tried = tuple[Trial, bool]
"""What came of a test, and whether it was near the limit and so repeated."""


@asynccontextmanager
async def open_lanes(stand: Stand, bench: Bench) -> AsyncIterator["Lanes"]:
    """For as long as the block lasts. What still runs at its end is broken off."""
    lanes = Lanes(stand, bench)
    try:
        yield lanes
    finally:
        await lanes.close()


class Lanes:
    """Runs the test that is asked for, and beside it those that are likely to be next."""

    def __init__(self, stand: Stand, bench: Bench) -> None:
        self._stand, self._bench, self._patience = stand, bench, Patience()
        self._room = stand.task.room if _can_be_shared(stand, bench) else None
        self._left = {test.name: test for test in stand.task.problem.tests}  # not begun, in their order
        self._later: set[str] = set()  # of those: only when they are asked for
        self._begun: set[str] = set()
        self._tried: dict[str, Tried] = {}  # not asked for yet
        self._wanted: TestCase | None = None
        self._own: asyncio.Task[None] | None = None
        self._own_test: TestCase | None = None
        self._beside: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()

    async def tried(self, test: TestCase) -> Tried:
        """What comes of a test. Raises `JuryFault`, and `SandboxError` and `OSError` for failures of ours."""
        self._wanted = test
        if test.name not in self._begun and test.name not in self._tried:
            self._left.setdefault(test.name, test)
            if self._own is None and not self._beside:
                return await self._try_alone(test)
        while test.name not in self._tried:
            self._changed.clear()
            self._use_own()
            await self._changed.wait()
        self._put_down_own()
        return self._tried.pop(test.name)

    async def close(self) -> None:
        """Break off what still runs. A bug that a lane came upon is raised."""
        tasks = [*self._beside, *([] if self._own is None else [self._own])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for task in tasks:
            fault = None if task.cancelled() else task.exception()
            if fault is not None and not isinstance(fault, _FAULTS):
                raise fault

    async def _try_alone(self, test: TestCase) -> Tried:
        """Without a task of its own, which would cost a good part of what a small program does."""
        del self._left[test.name]
        tried = await self._try(self._stand, test, self._patience)
        if self._room is not None:
            self._invite(self._room, tried[0])
        return tried

    def _invite(self, room: Room, last: Trial) -> None:
        """Have others run a part of what is left, if that is worth it."""
        wall_time_us = 0 if last.facts is None else last.facts.wall_time_us
        if wall_time_us * len(self._left) < WORTH_US:
            return
        while len(self._beside) + 1 < min(LANES_MAX, len(self._left)):
            lane = room.seat_beside(self._run_beside)
            if lane is None:
                return
            self._beside.append(lane)
            lane.add_done_callback(self._has_ended)

    def _has_ended(self, lane: asyncio.Task[None]) -> None:
        if lane.cancelled() or lane.exception() is None:
            self._beside.remove(lane)  # one with a bug stays, for `close` to find
        self._changed.set()

    def _use_own(self) -> None:
        """See that something runs in the submission's own slot."""
        self._put_down_own()
        if self._own is None and (test := self._take()) is not None:
            self._own_test = test
            self._own = asyncio.create_task(self._run(self._stand, test))

    def _put_down_own(self) -> None:
        """When its run has ended. Raises what that raised, if its test is the one that is waited for."""
        if self._own is None or not self._own.done():
            return
        fault, self._own = self._own.exception(), None
        if fault is not None and (self._is_wanted(self._own_test) or not isinstance(fault, _FAULTS)):
            raise fault

    def _is_wanted(self, test: TestCase | None) -> bool:
        return test is not None and self._wanted is not None and test.name == self._wanted.name

    async def _run_beside(self) -> None:
        """In a seat that others may want back at any time, which cancels this."""
        stand, task = self._stand, self._stand.task
        with suppress(
            *_FAULTS
        ):  # one of the test's is met again when it is asked for; one of the slot harms nobody
            async with task.sandbox.slot() as slot:
                made = await prepare(
                    slot, stand.files, stand.language, task.of_compilation, memory=stand.memory
                )
                while made.ruling.verdict is None and (test := self._take()) is not None:
                    await self._run(replace(stand, slot=slot), test)

    def _take(self) -> TestCase | None:
        """The test that is waited for, if nobody has begun it, or the next. It is begun from now on."""
        test = None if self._wanted is None else self._left.get(self._wanted.name)
        if test is None and len(self._tried) < AHEAD_MAX:
            test = next((each for name, each in self._left.items() if name not in self._later), None)
        if test is None:
            return None
        del self._left[test.name]
        self._begun.add(test.name)
        return test

    async def _run(self, stand: Stand, test: TestCase) -> None:
        """Run what was taken; it is left for later if nothing came of it."""
        is_wanted = self._is_wanted(test)
        patience = self._patience if is_wanted else Patience(is_left=False)
        tried = None
        try:
            tried = await self._try(stand, test, patience)
        finally:
            self._begun.remove(test.name)
            if tried is None or (patience.was_missed and not is_wanted):
                self._left[test.name] = test
                self._later.add(test.name)
            else:
                self._tried[test.name] = tried
            self._changed.set()

    async def _try(self, stand: Stand, test: TestCase, patience: Patience) -> Tried:
        place = stand.place(test, is_last=not self._left)
        return await try_test(place, test, self._bench, patience)


def _can_be_shared(stand: Stand, bench: Bench) -> bool:
    """Whether two tests can be run at once, each in a slot into which the program is put."""
    step, problem = stand.language.compile, stand.task.problem
    return (
        not bench.validators
        and (step is None or step.artefacts is not None)
        and not any(needs_own_slots(problem, test, len(stand.files)) for test in problem.tests)
    )
