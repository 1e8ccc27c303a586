"""Custom runs through the door: taken, waited for, looked up, bounded; nothing of anybody else's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from assay.domain.custom_run import KEPT_FOR, CustomRun, Ending
from assay.domain.jury import Dialect, JuryFile, JuryProgram, Validation, ValidationLimits
from assay.domain.problem import DataRef, Problem
from assay.intake.custom_runs import DEFAULT_LIMITS, INPUT_BYTES_MAX, INPUTS_MAX
from assay.queue.custom_runs import ATTEMPTS_MAX, UNFINISHED_PER_VISITOR_MAX
from tests.unit.api.door import NOT_INSTALLED, Door, SteadyClock
from tests.unit.api.serving import keep_running
from tests.unit.api.test_submissions import assert_problem

BODY = {"language": "python3", "source": "print(3)", "inputs": ["1 2\n"]}
PROGRAM = JuryProgram(
    name="submissions/accepted/a.py",
    files=(JuryFile(name="a.py", content=DataRef("0" * 64)),),
    language_id="python3",
    dialect=Dialect.ICPC,
)
INTERACTIVE = Validation(
    interactor=PROGRAM, limits=ValidationLimits(cpu_time_ms=1, memory_bytes=1, output_bytes=1)
)


@asynccontextmanager
async def running(door: Door) -> AsyncIterator[None]:
    """A worker that does custom runs meanwhile."""
    worker = asyncio.create_task(keep_running(door))
    try:
        yield
    finally:
        worker.cancel()
        await asyncio.wait({worker})


async def asked(door: Door) -> CustomRun:
    """The run that waits."""
    lease = await door.runs.claim(token=door.new_id(), lease_seconds=60)
    assert lease is not None
    return lease.run


async def change_problem(door: Door, **changes: Any) -> Problem:
    problem = replace(await door.add_problem(), **changes)
    await door.problems.record(problem, at=SteadyClock().now())
    return problem


async def post(http: httpx.AsyncClient, *, wait: float = 0, **changes: object) -> httpx.Response:
    body = {name: value for name, value in {**BODY, **changes}.items() if value is not None}
    return await http.post(f"/api/v1/runs?wait={wait}", json=body)


async def test_the_answer_waits_for_the_outcome(http: httpx.AsyncClient, door: Door) -> None:
    async with running(door):
        response = await post(http, wait=5, inputs=["1 2\n", ""])
    assert response.status_code == 200
    answer = response.json()
    assert (answer["status"], answer["compiled"], answer["message"]) == ("done", True, "")
    assert answer["expires_at"].startswith("2026-11-21T13:00:00")
    assert [(each["status"], each["stdout"]) for each in answer["inputs"]] == [
        ("OK", "given 1 2\n"),
        ("OK", "given "),
    ]
    assert answer["inputs"][0] == {
        "status": "OK",
        "message": "",
        "exit_code": 0,
        "signal": None,
        "cpu_time_ms": 12,
        "wall_time_ms": 20,
        "memory_bytes": 3 << 20,
        "stdout": "given 1 2\n",
        "stderr": "",
        "stdout_truncated": False,
        "stderr_truncated": False,
        "model_answer": None,
    }


async def test_who_does_not_wait_looks_again(http: httpx.AsyncClient, door: Door) -> None:
    response = await post(http)
    assert response.status_code == 202
    answer = response.json()
    assert response.headers["location"] == answer["url"] == f"/api/v1/runs/{answer['id']}"
    assert (answer["status"], answer["compiled"], answer["inputs"]) == ("queued", None, [])
    assert (await http.get(answer["url"])).status_code == 202
    waiting = asyncio.create_task(http.get(f"{answer['url']}?wait=5"))
    await asyncio.sleep(0.01)
    async with running(door):
        seen = await waiting
    assert (seen.status_code, seen.json()["status"]) == (200, "done")
    assert (await http.get(answer["url"])).json() == seen.json()


async def test_what_does_not_compile(http: httpx.AsyncClient, door: Door) -> None:
    async with running(door):
        answer = (await post(http, wait=5, source="# expect: CE")).json()
    assert (answer["status"], answer["compiled"], answer["inputs"]) == ("done", False, [])
    assert "expected ')'" in answer["compile_output"]
    assert answer["message"] == "exit code 1"


async def test_a_crash_is_told(http: httpx.AsyncClient, door: Door) -> None:
    async with running(door):
        [ran] = (await post(http, wait=5, source="# expect: RTE")).json()["inputs"]
    assert (ran["status"], ran["message"], ran["exit_code"]) == (Ending.RTE, "exit code 1", 1)


async def test_what_we_cannot_run_is_told_as_our_fault(http: httpx.AsyncClient, door: Door) -> None:
    url = (await post(http)).json()["url"]
    for _ in range(ATTEMPTS_MAX):
        lease = await door.runs.claim(token=door.new_id(), lease_seconds=60)
        assert lease is not None
        await door.runs.fault(lease, cause="no sandbox")
    seen = await http.get(url)
    assert seen.status_code == 200
    assert (seen.json()["status"], seen.json()["message"]) == ("failed", "no sandbox")


async def test_a_run_has_what_was_asked_for(http: httpx.AsyncClient, door: Door) -> None:
    await post(http, source="print(3)\r\n", inputs=["ü\r\n", "\0"])
    run = await asked(door)
    assert (run.files[0].name, run.files[0].content) == ("main.py", b"print(3)\n")
    assert run.inputs == ("ü\r\n".encode(), b"\0")  # a program gets its input as it is
    assert (run.problem_id, run.with_model_answer, run.limits) == (None, False, DEFAULT_LIMITS)
    assert run.visitor == "127.0.0.1"


async def test_within_a_problem_its_limits_hold(http: httpx.AsyncClient, door: Door) -> None:
    problem = await door.add_problem()
    await post(http, problem_id="sum")
    run = await asked(door)
    assert (run.problem_id, run.problem_version, run.limits) == ("sum", problem.version, problem.limits)
    await post(http, problem_id="sum", limits={"cpu_time_ms": 10, "memory_bytes": 1 << 20})
    run = await asked(door)
    assert run.limits == replace(problem.limits, cpu_time_ms=10, memory_bytes=1 << 20)


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"inputs": None}, 422, "inputs"),
        ({"inputs": []}, 422, "inputs"),
        ({"inputs": "1 2"}, 422, "inputs"),
        ({"inputs": [1]}, 422, "inputs.0"),
        ({"inputs": [""] * (INPUTS_MAX + 1)}, 422, "inputs"),
        ({"inputs": ["x" * INPUT_BYTES_MAX, "x"]}, 422, "inputs"),
        ({"language": "klingon"}, 422, "language"),
        ({"language": "answers"}, 422, "language"),
        ({"language": NOT_INSTALLED}, 422, "language"),
        ({"source": None}, 422, "source"),
        ({"source": ""}, 422, "source"),
        ({"source": "x" * 131_073}, 413, "source"),
        ({"source": "a\0b"}, 422, "source"),
        ({"files": [{"name": "a.py", "content": "1"}]}, 422, "source"),
        ({"source": None, "files": [{"name": "../a.py", "content": "1"}]}, 422, "files.0.name"),
        ({"problem_id": "none"}, 422, "problem_id"),
        ({"limits": {"cpu_time_ms": 0}}, 422, "limits.cpu_time_ms"),
        ({"limits": {"cpu_time_ms": DEFAULT_LIMITS.cpu_time_ms + 1}}, 422, "limits.cpu_time_ms"),
        ({"limits": {"memory_bytes": 1 << 60}}, 422, "limits.memory_bytes"),
        ({"limits": {"cpu_time_ms": 1001}, "problem_id": "sum"}, 422, "limits.cpu_time_ms"),
        ({"limits": {"output_bytes": 1}}, 422, "limits.output_bytes"),
        ({"limits": 3}, 422, "limits"),
        ({"with_model_answer": "yes"}, 422, "with_model_answer"),
        ({"with_model_answer": True}, 422, "with_model_answer"),
        ({"with_model_answer": True, "problem_id": "sum"}, 422, "with_model_answer"),
        ({"colour": "red"}, 422, "colour"),
    ],
)
async def test_a_wrong_field_is_named(
    http: httpx.AsyncClient, door: Door, changes: dict[str, Any], status: int, field: str
) -> None:
    assert_problem(await post(http, **changes), status, field=field)
    assert await door.runs.claim(token="t", lease_seconds=1) is None


async def test_the_largest_request_is_taken(http: httpx.AsyncClient) -> None:
    """Every byte of source and inputs spelt \\u00xx."""
    response = await post(http, source="é" * 32_768, inputs=["\x01" * INPUT_BYTES_MAX])
    assert response.status_code == 202


@pytest.mark.parametrize("wait", ["-1", "31", "x", "nan", "inf", ""])
async def test_nobody_waits_for_ever(http: httpx.AsyncClient, wait: str) -> None:
    assert_problem(await http.post(f"/api/v1/runs?wait={wait}", json=BODY), 422, field="wait")


async def test_model_answers_where_the_setter_allows_them(http: httpx.AsyncClient, door: Door) -> None:
    await change_problem(door, model_solution=PROGRAM)
    async with running(door):
        answer = (await post(http, wait=5, problem_id="sum", with_model_answer=True)).json()
    [ran] = answer["inputs"]
    assert (ran["stdout"], ran["model_answer"]["stdout"]) == ("given 1 2\n", "4\n")


@pytest.mark.parametrize(
    "changes",
    [
        {"model_solution": None},
        {"model_solution": PROGRAM, "validation": INTERACTIVE},
        {"model_solution": replace(PROGRAM, language_id=None)},
    ],
    ids=["none", "interactive", "scripted"],
)
async def test_no_model_answers_where_there_are_none(
    http: httpx.AsyncClient, door: Door, changes: dict[str, Any]
) -> None:
    await change_problem(door, **changes)
    response = await post(http, problem_id="sum", with_model_answer=True)
    assert_problem(response, 422, field="with_model_answer")


async def test_a_problem_s_rules_hold(http: httpx.AsyncClient, door: Door) -> None:
    await change_problem(door, takes_answers=True)
    assert_problem(await post(http, problem_id="sum"), 422, field="problem_id")
    await change_problem(door, languages=("cpp",))
    assert_problem(await post(http, problem_id="sum"), 422, field="language")
    problem = await door.add_problem()
    await change_problem(door, limits=replace(problem.limits, source_bytes=3))
    assert_problem(await post(http, problem_id="sum"), 413, field="source")


async def test_a_visitor_has_few_unfinished_runs(http: httpx.AsyncClient, door: Door) -> None:
    for _ in range(UNFINISHED_PER_VISITOR_MAX):
        assert (await post(http)).status_code == 202
    response = await post(http)
    assert_problem(response, 429)
    assert response.headers["retry-after"] == "1"
    async with running(door):
        await door.outcome_bell.wait(timeout_seconds=5)
    assert (await post(http)).status_code == 202


async def test_where_too_many_wait_the_rest_need_not(http: httpx.AsyncClient, door: Door) -> None:
    with door.capacity.run_waiters.enter():
        door.capacity.run_waiters._most = 1
        assert (await post(http, wait=20)).status_code == 202
    assert door.capacity.run_waiters.inside == 0


async def test_after_an_hour_nobody_finds_it(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = (await post(http)).json()["url"]
    later = SteadyClock().now() + KEPT_FOR
    monkeypatch.setattr(SteadyClock, "now", lambda _: later)
    assert_problem(await http.get(url), 404)


@pytest.mark.parametrize("name", ["0199a000-0000-7000-8000-000000000000", "x", "%00", "%ff", "0" * 5000])
async def test_unknown_ids_are_not_found(http: httpx.AsyncClient, name: str) -> None:
    assert_problem(await http.get(f"/api/v1/runs/{name}"), 404)


async def test_a_submission_is_no_custom_run(http: httpx.AsyncClient, door: Door) -> None:
    await door.add_problem()
    body = {"problem_id": "sum", "language": "python3", "source": "x"}
    accepted = (await http.post("/api/v1/submissions", json=body)).json()
    assert_problem(await http.get(f"/api/v1/runs/{accepted['id']}"), 404)
