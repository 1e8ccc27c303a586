"""Gathering what is asked for at the same time, so that one statement and one commit serve many callers.

    one() ─▶ waiting ─▶ ┌ flight: carry([…]) ─▶ results, each to its caller
    one() ─▶            └ at most `flights_max` at once; who comes meanwhile waits for the next

Nobody waits for company: a caller who finds no flight under way takes off alone. Under load the batches grow
by themselves, as the groups of SQLite's writer do.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from assay.errors import Unavailable

T = TypeVar("T")
R = TypeVar("R")


class Batches(Generic[T, R]):
    """Of one event loop."""

    def __init__(
        self,
        carry: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        *,
        size_max: int,
        flights_max: int = 2,  # while one is being committed, the next is being written
    ) -> None:
        """`carry` does all items or, if it raises, none; it returns a result for each, in their order."""
        self._carry = carry
        self._size_max = size_max
        self._flights_max = flights_max
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._flights: set[asyncio.Task[None]] = set()

    async def one(self, item: T) -> R:
        """Have the item carried with others. Raises what carrying it raised."""
        result: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, result))
        if len(self._flights) < self._flights_max:
            self._flights.add(asyncio.create_task(self._fly()))
        return await result

    async def _fly(self) -> None:
        try:
            while self._waiting:
                size = min(self._size_max, len(self._waiting))
                await self._take([self._waiting.popleft() for _ in range(size)])
        finally:  # in the same step as the last look: whoever comes after it finds no flight that has landed
            self._flights -= {asyncio.current_task()}

    async def _take(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._carry([item for item, _ in batch])
        except asyncio.CancelledError:
            for _, result in batch:
                result.cancel()
            raise
        except BaseException as error:  # noqa: BLE001 - each caller gets it; it is theirs to judge
            if len(batch) > 1 and not isinstance(error, Unavailable):
                for alone in batch:  # one of them may be what the database refuses; the others are innocent
                    await self._take([alone])
            else:
                for _, result in batch:
                    _settle(result, error)
        else:
            for (_, result), value in zip(batch, results, strict=True):
                if not result.done():  # its caller was cancelled; what was written stands all the same
                    result.set_result(value)


def _settle(result: asyncio.Future[R], error: BaseException) -> None:
    if not result.done():
        result.set_exception(error)
