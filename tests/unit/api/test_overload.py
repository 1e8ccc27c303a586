"""A door that has too much waiting behind it: practice hears when to come again, contests feel nothing."""

from dataclasses import replace

import httpx

from assay.domain.lane import Lane
from assay.queue.desk import LaneCounts
from tests.unit.api.door import Door, SteadyClock
from tests.unit.api.test_submissions import BODY, assert_problem

TOKEN = "of-the-operator-alone"


async def test_practice_is_turned_away_with_a_time_to_come_again(http: httpx.AsyncClient, door: Door) -> None:
    door.services = replace(door.services, operator_token=TOKEN)
    door.app.state.services = door.services
    door.admission.see(
        [
            LaneCounts(
                lane=lane, pending=100, held=0, processing=0, dead=0, oldest_pending_at=SteadyClock().now()
            )
            for lane in Lane
        ]
    )
    refused = await http.post("/api/v1/submissions", json=BODY)
    assert assert_problem(refused, 503)["code"] == "overloaded"
    assert int(refused.headers["retry-after"]) >= 10
    taken = await http.post(
        "/api/v1/submissions",
        json={**BODY, "lane": "contest"},
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    assert taken.status_code == 202


async def test_a_door_that_sees_nothing_of_the_queue_is_open(http: httpx.AsyncClient) -> None:
    for _ in range(5):
        assert (await http.post("/api/v1/submissions", json=BODY)).status_code == 202
