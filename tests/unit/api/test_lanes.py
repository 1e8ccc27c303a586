"""Lanes at the door: practice for everybody, and more for whoever shows the operator's token."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from assay.api.app import create_app
from assay.api.limits import Capacity
from assay.domain.lane import Lane
from tests.unit.api.door import Door
from tests.unit.api.test_submissions import BODY, assert_problem

TOKEN = "of-the-operator-alone"
AUTHORIZATION = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def door(tmp_path: Path) -> Door:
    door = Door(upload_dir=tmp_path, capacity=Capacity())
    door.services = replace(door.services, operator_token=TOKEN)
    door.app = create_app(door.services, own_host="assay.test", allowed_hosts=frozenset())
    await door.add_problem()
    return door


async def submitted(http: httpx.AsyncClient, headers: dict[str, str], **fields: Any) -> httpx.Response:
    return await http.post("/api/v1/submissions", json={**BODY, **fields}, headers=headers)


async def lanes_of(door: Door) -> list[Lane]:
    return [job.flow.lane for job in door.store.jobs.values()]


async def test_practice_and_rejudge_are_everybodys(http: httpx.AsyncClient, door: Door) -> None:
    for fields in ({}, {"lane": "practice"}, {"lane": "rejudge"}):
        assert (await submitted(http, {}, **fields)).status_code == 202
    assert await lanes_of(door) == [Lane.PRACTICE, Lane.PRACTICE, Lane.REJUDGE]


@pytest.mark.parametrize("lane", ["contest", "assessment"])
async def test_what_goes_before_others_takes_the_token(
    http: httpx.AsyncClient, door: Door, lane: str
) -> None:
    assert (await submitted(http, AUTHORIZATION, lane=lane)).status_code == 202
    for shown in ("", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer öäü"):
        refused = await submitted(http, {"Authorization": shown.encode("latin-1")}, lane=lane)  # type: ignore[dict-item]
        assert assert_problem(refused, 403)["code"] == "not_allowed"
    assert await lanes_of(door) == [Lane(lane)]


async def test_without_a_token_of_the_servers_nobody_goes_before_others(
    http: httpx.AsyncClient, door: Door
) -> None:
    door.services = replace(door.services, operator_token=None)
    door.app.state.services = door.services
    for shown in ("Bearer ", "Bearer None", f"Bearer {TOKEN}"):
        assert_problem(await submitted(http, {"Authorization": shown}, lane="contest"), 403)


async def test_a_deadline_is_kept_with_its_job(http: httpx.AsyncClient, door: Door) -> None:
    fields = {"lane": "assessment", "deadline": "2026-12-01T12:00:00+01:00"}
    assert (await submitted(http, AUTHORIZATION, **fields)).status_code == 202
    (job,) = door.store.jobs.values()
    assert job.deadline.isoformat() == "2026-12-01T12:00:00+01:00"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lane": "vip"}, "lane"),
        ({"lane": "assessment", "deadline": "2026-12-01T12:00:00"}, "deadline"),  # nobody knows whose noon
        ({"lane": "assessment", "deadline": "soon"}, "deadline"),
        ({"lane": "contest", "deadline": "2026-12-01T12:00:00Z"}, "deadline"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_name(
    http: httpx.AsyncClient, fields: dict[str, str], field: str
) -> None:
    assert_problem(await submitted(http, AUTHORIZATION, **fields), 422, field=field)


async def test_the_same_key_with_another_lane_is_another_request(http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k"}
    assert (await submitted(http, key)).status_code == 202
    assert (await submitted(http, key, lane="practice")).status_code == 202
    assert_problem(await submitted(http, key, lane="rejudge"), 422)
