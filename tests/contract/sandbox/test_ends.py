"""When a run ended, and the order in which runs that are joined by pipes did."""

import asyncio
from dataclasses import dataclass, replace
import os
import signal
import time

import pytest

from assay.sandbox import Command, Facts, Policy, Status
from tests.conftest import needs_root
from tests.contract.sandbox import places
from tests.contract.sandbox.places import Place
from tests.security.harness import ROOMY, SLOWNESS, run

pytestmark = needs_root
TURNS = 30 if places.sandbox_under_test() == places.CELL else 3  # where a run takes milliseconds
READS_TO_THE_END = "read -r -d '' all; true"


def bash(script: str) -> Command:
    return Command(
        argv=("/usr/bin/bash", "-c", script),
        env={"PATH": "/usr/bin"},
        view="toolchain",
        limits=replace(ROOMY, wall_time_ms=10_000 * SLOWNESS, stdout_bytes=64 << 20),
        policy=Policy.SHELL,
        box_writable=False,
    )


@dataclass(frozen=True)
class Joined:
    left: Facts
    right: Facts


async def joined(left: Place, left_script: str, right: Place, right_script: str) -> Joined:
    """Each one's output is the other's input, and nobody else holds an end of the pipes."""
    null = os.open(os.devnull, os.O_RDWR)
    to_left, from_right = os.pipe()
    to_right, from_left = os.pipe()
    both = [
        asyncio.ensure_future(left.run(bash(left_script), stdin=to_left, stdout=from_left, stderr=null)),
        asyncio.ensure_future(right.run(bash(right_script), stdin=to_right, stdout=from_right, stderr=null)),
    ]
    await asyncio.sleep(0)
    for fd in (null, to_left, from_right, to_right, from_left):
        os.close(fd)
    return Joined(*await asyncio.gather(*both))


async def test_the_end_lies_between_the_request_and_the_answer(slot: Place) -> None:
    for script, status in (("true", Status.EXITED), ("kill -9 $$", Status.SIGNALLED)):
        before = time.monotonic_ns() // 1000
        facts = (await run(slot, "/usr/bin/bash", "-c", script, view="toolchain")).facts
        assert facts.status is status
        assert before + facts.wall_time_us <= facts.ended_at_us <= time.monotonic_ns() // 1000
    limits = replace(ROOMY, wall_time_ms=300)
    before = time.monotonic_ns() // 1000
    facts = (await run(slot, "/usr/bin/sleep", "10", view="toolchain", limits=limits)).facts
    assert facts.status is Status.WALL_TIME
    assert before + 300_000 <= facts.ended_at_us <= time.monotonic_ns() // 1000


@pytest.mark.parametrize("first", ["left", "right"])
@pytest.mark.parametrize(
    "end", ["exit 0", "exec 0<&- 1>&-; exit 3", "kill -SEGV $$", "echo words; exit 0", "sleep .01"]
)
async def test_who_reads_the_end_of_the_other_ends_later(
    slot: Place, other_slot: Place, first: str, end: str
) -> None:
    for _ in range(TURNS):
        if first == "left":
            both = await joined(slot, end, other_slot, READS_TO_THE_END)
            early, late = both.left, both.right
        else:
            both = await joined(slot, READS_TO_THE_END, other_slot, end)
            early, late = both.right, both.left
        assert late.exit_code == 0, both
        assert early.ended_at_us < late.ended_at_us, both


@pytest.mark.parametrize("last_words", ["true", "head -c 120000 /dev/zero"], ids=["silent", "unread output"])
async def test_who_writes_to_one_that_has_ended_ends_later(
    slot: Place, other_slot: Place, last_words: str
) -> None:
    """Also where the first leaves output that the other reads only when it has written: neither waits."""
    for _ in range(TURNS // 3):
        both = await joined(
            slot,
            f"{last_words}; exit 0",
            other_slot,
            "exec cat /dev/zero",
        )
        assert both.left.status is Status.EXITED, both
        assert (both.right.status, both.right.signal) == (Status.SIGNALLED, signal.SIGPIPE), both
        assert both.left.ended_at_us < both.right.ended_at_us, both


async def test_one_that_is_stopped_ends_before_the_other_sees_it(slot: Place, other_slot: Place) -> None:
    for _ in range(max(1, TURNS // 10)):
        both = await joined(
            slot, "head -c 100000000 /dev/zero; sleep 10", other_slot, "cat >/dev/null; exit 0"
        )
        assert (both.left.status, both.right.exit_code) == (Status.OUTPUT, 0), both
        assert both.left.ended_at_us < both.right.ended_at_us, both
