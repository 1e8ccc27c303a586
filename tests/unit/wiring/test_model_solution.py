"""The model solution is judged where no submission has to sit, and gives way."""

import asyncio

import pytest

from assay.domain.judgement import Judgement
from assay.errors import Unavailable
from assay.queue.ports import Lease
from assay.wiring import model_solution
from assay.wiring.model_solution import on_spare_seat
from assay.worker.seats import Seats
from tests.unit.worker.test_seats import lease


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_solution, "AGAIN_SECONDS", 0.0)


async def begun() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Work:
    """Takes until it is let end, and notes who was sent away."""

    def __init__(self) -> None:
        self.begun, self.sent_away = 0, 0
        self.ends = asyncio.Event()

    async def __call__(self) -> str:
        self.begun += 1
        try:
            await self.ends.wait()
        except asyncio.CancelledError:
            self.sent_away += 1
            raise
        return "its costs"


async def judging() -> Judgement:
    await asyncio.Event().wait()
    raise AssertionError("it never ends")


def sit(seats: Seats, number: int) -> tuple[Lease, asyncio.Task[Judgement]]:
    of, task = lease(number), asyncio.create_task(judging())
    seats.take(of, task)
    return of, task


async def leave(seats: Seats, of: Lease, task: asyncio.Task[Judgement]) -> None:
    task.cancel()
    await asyncio.wait([task])
    seats.leave(of)


async def test_it_sits_where_nobody_else_does_and_begins_anew_when_somebody_came() -> None:
    seats, work = Seats(1), Work()
    first = sit(seats, 1)
    waiting = asyncio.create_task(on_spare_seat(work, seats))
    await begun()
    assert work.begun == 0, "the only seat is taken"
    await leave(seats, *first)
    await begun()
    assert work.begun == 1
    second = sit(seats, 2)
    await begun()
    assert work.sent_away == 1
    assert not waiting.done()
    await leave(seats, *second)
    work.ends.set()
    assert await waiting == "its costs"
    assert work.begun == 2


async def test_where_no_seat_is_spare_it_is_given_up() -> None:
    seats, work = Seats(1), Work()
    taken = sit(seats, 1)
    with pytest.raises(Unavailable, match="no seat was spare"):
        await on_spare_seat(work, seats)
    assert work.begun == 0
    await leave(seats, *taken)


async def test_nothing_of_it_is_left_when_nobody_waits_any_more() -> None:
    before = asyncio.all_tasks()
    seats, work = Seats(1), Work()
    waiting = asyncio.create_task(on_spare_seat(work, seats))
    await begun()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert work.sent_away == 1
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("fault", [Unavailable("the sandbox failed"), ValueError("a bug")])
async def test_what_goes_wrong_is_told(fault: Exception) -> None:
    async def fail() -> None:
        raise fault

    with pytest.raises(type(fault), match=str(fault)):
        await on_spare_seat(fail, Seats(1))
