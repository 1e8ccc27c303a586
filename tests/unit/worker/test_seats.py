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
