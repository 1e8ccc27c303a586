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
