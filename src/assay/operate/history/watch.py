"""A process as a witness: it remembers what it saw, looks whether that is still there, and tells."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from assay.domain.acceptance import Acceptance
from assay.domain.clock import Clock
from assay.errors import Unavailable
from assay.operate.history.ports import Break, History, Sight
from assay.operate.history.testimony import Testimony, read_testimonies, write_testimony

LOOK_SECONDS = 1.0  # so much of what was accepted last may go unseen by what outlives a killed process


@dataclass(frozen=True, kw_only=True)
class Voices:
    """Who hears of what is found."""

    broken: Callable[[Break], None]
    foreign: Callable[[str, str], None]  # the folder worked with that installation, and now with this one
    unwritten: Callable[[OSError], None]  # a testimony; told once until it can be


class Watch:
    """Of one process, on one event loop. `breaks` are those that the database knows by now."""

    def __init__(
        self, history: History, *, folder: Path, name: str, host: str, clock: Clock, voices: Voices
    ) -> None:
        """`folder`: where testimonies are; `name`: whose this process's is."""
        self.breaks: list[Break] = []
        self._history = history
        self._folder = folder
        self._path = folder / f"{name}.json"
        self._host = host
        self._clock = clock
        self._voices = voices
        self._known: Testimony | None = None
        self._written: Testimony | None = None
        self._can_write = True

    def see(self, acceptance: Acceptance) -> None:
        """This process accepted a submission, and the database has committed it."""
        if self._known is not None:
            self._known = replace(self._known, own=acceptance)

    async def begin(self) -> None:
        """Hold what the folder's last processes saw against the database. Raises `Unavailable`."""
        testimonies = await asyncio.to_thread(read_testimonies, self._folder)
        sight = await self._history.look(())
        others = {each.installation for each in testimonies} - {sight.installation}
        for other in sorted(others):
            self._voices.foreign(other, sight.installation)
        for each in testimonies:
            if each.installation == sight.installation:
                await self._testify(each)
        await self._take_in(await self._history.look(()))

    async def keep_watching(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(Unavailable):  # what was seen stays seen until the database is back
                await self.look()

    async def look(self) -> None:
        """Is what this process saw still there? And remember what there is. Raises `Unavailable`."""
        if self._known is None:
            await self.begin()
            return
        sight = await self._history.look(self._known.seen)
        if sight.lost or sight.timeline != self._known.timeline:
            if sight.installation == self._known.installation:
                await self._testify(self._known)
            else:
                self._voices.foreign(self._known.installation, sight.installation)
            self._known = None
            sight = await self._history.look(())
        await self._take_in(sight)

    async def end(self) -> None:
        """The last word of this process."""
        with suppress(Unavailable):
            await self.look()
        await self._write()

    async def _testify(self, testimony: Testimony) -> None:
        found = await self._history.testify(testimony, host=self._host, at=self._clock.now())
        if found is not None:
            self._voices.broken(found)

    async def _take_in(self, sight: Sight) -> None:
        if self._known is None:
            self.breaks = await self._history.breaks()
            self._known = Testimony(installation=sight.installation, timeline=sight.timeline)
        self._known = replace(self._known, newest=sight.newest)
        await self._write()

    async def _write(self) -> None:
        if self._known is None or self._known == self._written:
            return
        known = self._known
        try:
            await asyncio.to_thread(write_testimony, self._path, known)
        except OSError as error:  # tried again; a full disk may have room again
            if self._can_write:
                self._voices.unwritten(error)
            self._can_write = False
        else:
            self._can_write = True
            self._written = known
