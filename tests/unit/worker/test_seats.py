"""Who gives way to whom."""

import asyncio
from typing import Any

from assay.queue.ports import Lease
from assay.worker.seats import Seats


def lease(number: int) -> Lease:
    return Lease(submission_id=f"s{number}", generation=1, token="t", attempt=1)


async def forever() -> Any:
    await asyncio.Event().wait()


async def test_a_guest_who_comes_when_the_seat_is_taken_leaves_at_once() -> None:
    """The run was claimed while there was a seat to spare; a submission was quicker."""
    seats = Seats(2)
    guest, late, judging = (asyncio.create_task(forever()) for _ in range(3))
    seats.seat_guest(guest)
    assert seats.spare == 1
    seats.take(lease(1), judging)
    seats.seat_guest(late)
    await asyncio.sleep(0)
    assert (guest.cancelled(), late.cancelled(), judging.cancelled()) == (False, True, False)
    seats.leave_guest(late)
    assert seats.spare == 0
    for task in (guest, judging):
        task.cancel()


async def test_fewer_seats_stop_nobody_who_judges_and_send_guests_away() -> None:
    seats = Seats(3)
    first, second, guest = (asyncio.create_task(forever()) for _ in range(3))
    seats.take(lease(1), first)
    seats.take(lease(2), second)
    seats.seat_guest(guest)
    seats.resize(1)
    await asyncio.sleep(0)
    assert (first.cancelled(), second.cancelled(), guest.cancelled()) == (False, False, True)
    seats.leave_guest(guest)
    assert (seats.free, seats.spare) == (0, -1)
    seats.leave(lease(1))
    assert (seats.free, seats.spare) == (0, 0)
    seats.leave(lease(2))
    assert seats.free == 1
    for task in (first, second):
        task.cancel()


async def test_whose_judging_has_ended_stands_until_it_is_recorded() -> None:
    """The next one is judged meanwhile, but no more are recorded at a time than there are seats."""
    seats = Seats(1)
    judged: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def judge() -> Any:
        return await judged

    seats.take(lease(1), asyncio.create_task(judge()))
    waiting = asyncio.create_task(seats.one_is_free())
    await asyncio.sleep(0)
    assert not waiting.done()
    judged.set_result("a judgement")
    await asyncio.wait_for(waiting, 5)
    assert (seats.free, seats.spare, seats.leases) == (1, 1, [lease(1)])
    seats.take(lease(2), asyncio.create_task(judge()))
    await asyncio.sleep(0)
    assert seats.free == 0, "two are being recorded"
    seats.leave(lease(1))
    assert seats.free == 1


async def test_whose_judging_failed_sits_until_it_is_known_what_comes_of_it() -> None:
    """It may be that nothing can be judged here any more."""
    seats = Seats(1)

    async def fail() -> Any:
        raise ArithmeticError

    failing = asyncio.create_task(fail())
    seats.take(lease(1), failing)
    await asyncio.wait({failing})
    await asyncio.sleep(0)
    assert (seats.free, type(failing.exception())) == (0, ArithmeticError)


async def test_nobody_waits_for_a_seat_that_is_closed() -> None:
    seats = Seats(1)
    judging = asyncio.create_task(forever())
    seats.take(lease(1), judging)
    waiting = asyncio.create_task(seats.one_is_free())
    await asyncio.sleep(0)
    assert not waiting.done()
    seats.close()
    await asyncio.wait_for(waiting, 5)
    assert seats.free == 0
    judging.cancel()


async def test_who_waits_for_a_seat_hears_of_new_ones() -> None:
    seats = Seats(1)
    judging = asyncio.create_task(forever())
    seats.take(lease(1), judging)
    waiting = asyncio.create_task(seats.one_is_free())
    await asyncio.sleep(0)
    assert not waiting.done()
    seats.resize(2)
    await asyncio.wait_for(waiting, 5)
    judging.cancel()


async def test_a_second_seat_is_for_whom_nobody_else_needs_it() -> None:
    seats = Seats(3)
    judging, guest = asyncio.create_task(forever()), asyncio.create_task(forever())
    seats.take(lease(1), judging)
    beside = [seats.seat_beside(forever) for _ in range(3)]
    first, second = beside[0], beside[1]
    assert first is not None
    assert second is not None
    assert beside[2] is None
    assert (seats.free, seats.spare) == (2, 2), "for all others the seats are free"
    seats.seat_guest(guest)
    await asyncio.sleep(0)
    assert (first.cancelled(), second.cancelled(), guest.cancelled()) == (False, True, False)
    assert seats.seat_beside(forever) is None
    submission = asyncio.create_task(forever())
    seats.take(lease(2), submission)
    await asyncio.sleep(0)
    assert (first.cancelled(), guest.cancelled()) == (True, False), "a guest comes before a second seat"
    seats.leave_guest(guest)
    await asyncio.sleep(0)  # for the others to have stood up
    last = seats.seat_beside(forever)
    assert last is not None
    seats.resize(2)
    await asyncio.sleep(0)
    assert last.cancelled()
    for task in (judging, guest, submission):
        task.cancel()
