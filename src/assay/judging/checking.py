"""The default output validator at its place in judging: when the run is over, in a thread if that pays."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import os
from typing import TypeVar

from assay.domain.grading import Scored
from assay.domain.problem import TestCase
from assay.domain.verdict import Verdict
from assay.judging.classify import Ruling
from assay.judging.compare import Difference, find_difference
from assay.judging.dialects import ACCEPTED, Judged
from assay.judging.words import describe_difference

INLINE_BYTES_MAX = 1 << 16  # up to here comparing takes less than the way into a thread and back

Result = TypeVar("Result")


async def check_default(output: int, answer: int, test: TestCase) -> tuple[Ruling, Judged]:
    """Compare an output with the answer. A verdict other than AC is a ruling, with its reason; but where a
    part of the points is due all the same (DMOJ's linecount), it is judged as a validator would judge it."""

    def compare() -> Difference | None:
        return find_difference(output, answer, test.comparison)

    is_small = os.fstat(output).st_size + os.fstat(answer).st_size <= INLINE_BYTES_MAX
    difference = compare() if is_small else await finish_in_thread(compare)
    if difference is None:
        return Ruling(verdict=None, message=""), ACCEPTED
    reason = describe_difference(difference, reveal=test.is_open)
    if difference.share > 0 and test.scored is Scored.FREE:
        judged = Judged(verdict=Verdict.WA, share=difference.share, team_message=reason)
        return Ruling(verdict=None, message=""), judged
    return Ruling(verdict=Verdict.PE if difference.is_space_only else Verdict.WA, message=reason), ACCEPTED


async def finish_in_thread(work: Callable[[], Result]) -> Result:
    """Like asyncio.to_thread, but when cancelled it first waits for the thread to end.

    A thread cannot be cancelled. If we left at once, the descriptors that it still reads would be closed, and
    their numbers could be another submission's files by the time of its next read.
    """
    thread = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        while not thread.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([thread])
        thread.exception()  # looked at, so that asyncio does not report it: whoever cancels wants no result
        raise
