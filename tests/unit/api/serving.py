"""A door behind a real HTTP server in a thread, with a judge that believes what a source says of itself.

A source with `expect: WA` in it is judged WA on its last test, and so on; without such a word it is accepted.
So tests of pages can use programs that a real judge decides in the same way. With `step: 0.5 s` in it each
step takes as long, for whoever has to see one.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
import re
import socket
import threading

import httpx
import uvicorn

from assay.domain.custom_run import CustomRun, CustomRunOutcome, Ending, ProgramRun
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict
from assay.queue.ports import Lease
from tests.unit.api.door import Door
from tests.unit.api.test_problems import ZIP, packed

START_SECONDS_MAX = 10.0
ANSWERS_PACKAGE = {
    "problem.yaml": "problem_format_version: 2025-09\nname: Only answers\ntype: submit-answer\n"
    "uuid: 5c3b1f7e-0000-4000-8000-000000000009\nlicense: cc0\n",
    "statement/problem.en.md": "Find the largest number.\n",
    "data/secret/1.in": "21\n",
    "data/secret/1.ans": "42\n",
    "data/secret/2.in": "1\n",
    "data/secret/2.ans": "2\n",
}
_STEP = re.compile(rb"step: ([0-9.]+) s")
_EXPECTED = re.compile(rb"expect: ([A-Z]{2,3})")


@contextmanager
def served(make_door: Callable[[], Door], *, step_seconds: float) -> Iterator[str]:
    """Yields the URL. `step_seconds` is how long the judge takes over each step."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    started = threading.Event()
    stop: list[Callable[[], object]] = []

    async def serve() -> None:
        door = make_door()
        config = uvicorn.Config(
            door.app,
            http="httptools",
            ws="websockets-sansio",
            ws_ping_interval=0.2,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        judge = asyncio.gather(keep_judging(door, step_seconds), keep_running(door))
        loop = asyncio.get_running_loop()
        stop.append(partial(loop.call_soon_threadsafe, setattr, server, "should_exit", True))
        started.set()
        await server.serve(sockets=[listener])
        judge.cancel()
        with suppress(asyncio.CancelledError):
            await judge

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert started.wait(START_SECONDS_MAX)
    try:
        yield url
    finally:
        stop[0]()
        thread.join()
        listener.close()


def bring(server_url: str, name: str, package: dict[str, str]) -> str:
    """Import a package; the address of its page."""
    answer = httpx.post(
        f"{server_url}/api/v1/problems?short_name={name}", content=packed(package), headers=ZIP, timeout=30
    )
    assert answer.status_code in (200, 201), answer.text
    return f"{server_url}/problems/{name}"


async def keep_judging(door: Door, step_seconds: float) -> None:
    """Judge every submission as soon as it is there, until cancelled."""
    async with asyncio.TaskGroup() as judgings:
        while True:
            await door.doorbell.wait(timeout_seconds=0.1)
            while leases := await door.queue.claim(
                worker_id="fake", token=door.new_id(), limit=1, lease_seconds=3600
            ):
                judgings.create_task(judge_one(door, leases[0], step_seconds))


async def keep_running(door: Door) -> None:
    """Do custom runs, until cancelled."""
    while True:
        await door.run_bell.wait(timeout_seconds=0.1)
        while (lease := await door.runs.claim(token=door.new_id(), lease_seconds=3600)) is not None:
            await door.runs.finish(lease, pretended_outcome(lease.run))


def pretended_outcome(run: CustomRun) -> CustomRunOutcome:
    """A program says what it was given, the model solution how long that is."""
    said = _EXPECTED.search(run.files[0].content)
    if said is not None and said[1] == b"CE":
        compiler = "main.cpp:1:10: error: expected ')'\n"
        return CustomRunOutcome(compiled=False, compile_output=compiler, message="exit code 1", runs=())
    ending = Ending.OK if said is None else Ending(said[1].decode())
    texts = [each.decode(errors="replace") for each in run.inputs]
    return CustomRunOutcome(
        compiled=True,
        compile_output="",
        message="",
        runs=tuple(pretended_run(f"given {text}", ending) for text in texts),
        model_runs=tuple(pretended_run(f"{len(text)}\n", Ending.OK) for text in texts)
        if run.with_model_answer
        else (),
    )


def pretended_run(stdout: str, ending: Ending) -> ProgramRun:
    return ProgramRun(
        ending=ending,
        message="" if ending is Ending.OK else "exit code 1",
        exit_code=0 if ending is Ending.OK else 1,
        signal=None,
        cpu_time_ms=12,
        wall_time_ms=20,
        memory_bytes=3 << 20,
        stdout=stdout,
        stderr="" if ending is Ending.OK else "Traceback <b>…</b>",
        stdout_truncated=False,
        stderr_truncated=False,
    )


async def judge_one(door: Door, lease: Lease, step_seconds: float) -> None:
    state = await door.store.submission(lease.submission_id)
    assert state is not None
    problem = await door.problems.current(state.submission.problem_id)
    assert problem is not None
    total = len(problem.tests)
    source = state.submission.files[0].content
    if (wanted := _STEP.search(source)) is not None:
        step_seconds = float(wanted[1])
    said = _EXPECTED.search(source)
    verdict = Verdict(said[1].decode()) if said is not None else Verdict.AC
    await asyncio.sleep(step_seconds)
    await door.step(lease, SubmissionStatus.COMPILING)
    await asyncio.sleep(step_seconds)
    if verdict is Verdict.CE:
        await door.finish(lease, [], total=total, compile_output="main.cpp:1:10: error: expected ')'\n")
        return
    for ordinal in range(1, total + 1):
        await door.step(lease, SubmissionStatus.RUNNING, ordinal, total)
        await asyncio.sleep(step_seconds)
    await door.finish(lease, [Verdict.AC] * (total - 1) + [verdict], total=total)
