"""What a process stands on is asked now and then whether it does its work, also while nobody needs it.

So an operator hears of what is away before a candidate does: by `/readyz`, by a figure for each, and by a
line in the log when it goes and when it comes back. Nothing is decided here: whoever needs a thing asks it,
copes when it is away and finds by itself that it is back.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
import time

import structlog

from assay.domain.dependency import Dependency
from assay.errors import Unavailable
from assay.operate.lasting import going_on

LOOK_SECONDS = 2.0
ANSWER_SECONDS_MAX = 5.0
NOT_YET_ASKED = "not asked yet"

Ask = Callable[[], Awaitable[object]]
"""Returns when the thing does its work. Raises `Unavailable` with what is wrong."""

Tell = Callable[[str, bool], None]
"""Told the name of a thing, and whether it does its work, each time that it was asked."""

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A thing to be asked. `seconds`: how often; where asking costs something, seldom.

    `grace_seconds`: so long after the start nobody is surprised that it does not do its work yet. Who asks is
    told so, but no line in the log is.
    """

    name: str
    ask: Ask
    is_vital: bool = False
    seconds: float = LOOK_SECONDS
    grace_seconds: float = 0.0


class Watch:
    """Of one event loop. `now`: seconds since whenever, by a clock that nobody sets."""

    def __init__(
        self, watched: Sequence[Watched], *, tell: Tell, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._watched = watched
        self._tell = tell
        self._troubles: dict[str, str | None] = {each.name: NOT_YET_ASKED for each in watched}
        self._said_down: set[str] = set()
        self._now = now
        self._grace_ends = {each.name: now() + each.grace_seconds for each in watched}
        self._turns = {each.name: asyncio.Lock() for each in watched}

    async def dependencies(self) -> list[Dependency]:
        """The vital ones as they are now, the others as they were last found."""
        async with asyncio.TaskGroup() as group:
            for each in self._watched:
                if each.is_vital or self._troubles[each.name] == NOT_YET_ASKED:
                    group.create_task(self.look(each))
        return [
            Dependency(name=each.name, is_vital=each.is_vital, trouble=self._troubles[each.name])
            for each in self._watched
        ]

    async def look(self, thing: Watched) -> None:
        """Ask one thing now. Whoever comes while it is asked has that answer, too: a thing that hangs has no
        line of people before it that grows."""
        trouble, turn = None, self._turns[thing.name]
        if turn.locked():
            async with turn:
                return
        async with turn:
            try:
                async with asyncio.timeout(ANSWER_SECONDS_MAX):
                    await thing.ask()
            except Unavailable as error:
                trouble = error.message
            except TimeoutError:
                trouble = f"no answer within {ANSWER_SECONDS_MAX:g} s"
            self._note(thing.name, trouble)

    async def keep_looking(self, thing: Watched) -> None:
        while True:
            await self.look(thing)
            await asyncio.sleep(thing.seconds)

    def _note(self, name: str, trouble: str | None) -> None:
        self._troubles[name] = trouble
        self._tell(name, trouble is None)
        if trouble is None:
            self._grace_ends[name] = self._now()  # what goes once it was there is news
            if name in self._said_down:
                self._said_down.remove(name)
                log.info("dependency_up", dependency=name)
        elif name not in self._said_down and self._now() >= self._grace_ends[name]:
            self._said_down.add(name)
            log.warning("dependency_down", dependency=name, detail=trouble)


@asynccontextmanager
async def watching(watched: Sequence[Watched], *, tell: Tell) -> AsyncIterator[Watch]:
    """Ask them all, until the end."""
    watch = Watch(watched, tell=tell)
    async with AsyncExitStack() as stack:
        for each in watched:
            await stack.enter_async_context(going_on(partial(watch.keep_looking, each), name=each.name))
        yield watch
