"""The `JobQueue` port: in whose favour it decides, when more is due than there are seats."""

import asyncio
from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest

from assay.domain.lane import Lane
from assay.queue.ports import Place
from tests.contract.houses import ADAPTERS, NOON, House
from tests.contract.queue.relayed import BEHIND_A_FAIR_BROKER

pytestmark = pytest.mark.parametrize("house", [*ADAPTERS, *BEHIND_A_FAIR_BROKER], indirect=True)


async def submit_many(house: House, count: int, prefix: str, **options: Any) -> None:
    for number in range(count):
        await house.submit(f"{prefix}{number:03}", **options)


async def served(house: House, count: int, *, at_once: int = 1) -> list[str]:
    """The submissions that seats are given to, claim after claim."""
    names: list[str] = []
    while len(names) < count:
        claimed = await house.claim(limit=min(at_once, count - len(names)), token=f"t{len(names)}")
        assert claimed, names
        names += [lease.submission_id for lease in claimed]
    return names


async def test_one_users_many_do_not_delay_anothers_first(house: House) -> None:
    await submit_many(house, 50, "a", user_id="busy")
    await house.submit("b", user_id="other")
    await house.submit("c", user_id=None)
    assert set(await served(house, 3)) == {"a000", "b", "c"}


async def test_users_take_turns_to_the_end(house: House) -> None:
    await submit_many(house, 4, "a", user_id="u1")
    await submit_many(house, 2, "b", user_id="u2")
    assert await served(house, 6) == ["a000", "b000", "a001", "b001", "a002", "a003"]


async def test_who_comes_late_does_not_wait_for_what_others_had_before(house: House) -> None:
    await submit_many(house, 20, "a", user_id="u1")
    assert await served(house, 10) == [f"a{n:03}" for n in range(10)]
    await submit_many(house, 2, "b", user_id="u2")
    assert await served(house, 4) == ["a010", "b000", "a011", "b001"]


async def test_what_comes_at_the_same_instant_has_the_turns_of_what_comes_in_a_row(house: House) -> None:
    await submit_many(house, 3, "a", user_id="u1")
    assert await served(house, 1) == ["a000"]
    await asyncio.gather(
        *(
            house.submit(f"{user}{number}", user_id=user, tenant=tenant)
            for user, tenant in (("u1", None), ("u2", None), ("u3", "club"))
            for number in range(3)
        )
    )
    order = await served(house, 11)
    assert [name for name in order if name not in ("u30", "u31", "u32")] == [
        "a001", "u20", "a002", "u21", "u10", "u22", "u11", "u12"
    ]  # fmt: skip
    assert [name for name in order if name.startswith("u3")] == ["u30", "u31", "u32"]


async def test_tenants_take_turns_however_many_users_they_have(house: House) -> None:
    for number in range(20):
        await house.submit(f"a{number:02}", tenant="school", user_id=f"u{number}")
    await submit_many(house, 2, "b", tenant="club", user_id="u")
    assert Counter(name[0] for name in await served(house, 4)) == {"a": 2, "b": 2}


async def test_all_lanes_are_served_and_contests_first(house: House) -> None:
    for lane in reversed(Lane):
        await submit_many(house, 30, lane.value, place=Place(lane=lane), user_id=lane.value)
    order = [name.rstrip("0123456789") for name in await served(house, 25)]
    assert order[0] == "contest"
    assert Counter(order) == {"contest": 15, "assessment": 6, "practice": 3, "rejudge": 1}


async def test_an_earlier_deadline_is_first_among_equals(house: House) -> None:
    for name, minutes in (("late", 60), ("soon", 5), ("none", None)):
        deadline = None if minutes is None else NOON + timedelta(minutes=minutes)
        await house.submit(name, place=Place(lane=Lane.ASSESSMENT, deadline=deadline), user_id=name)
    assert await served(house, 3) == ["soon", "late", "none"]


async def test_a_job_given_back_keeps_its_turn(house: House) -> None:
    await submit_many(house, 5, "a", user_id="u1")
    (lease,) = await house.claim(limit=1)
    await house.queue.release(lease)
    assert await served(house, 2) == ["a000", "a001"]


async def test_only_languages_that_the_worker_has_are_claimed(house: House) -> None:
    await house.submit("s1", language_id="cobol")
    await house.submit("s2", language_id="c")

    async def claimed(token: str, languages: Collection[str]) -> list[str]:
        leases = await house.queue.claim(
            worker_id="w", token=token, limit=5, lease_seconds=30, languages=languages
        )
        return [lease.submission_id for lease in leases]

    assert await claimed("t1", {"c", "cpp"}) == ["s2"]
    assert await claimed("t2", []) == []
    assert await claimed("t3", ["cobol"]) == ["s1"]
