"""A death at each named step of the way: every accepted submission ends as it does when nobody dies.

A few of the points, chosen by ASSAY_TEST_CHAOS_SEED, are in `make test`; all are in `make chaos`. Those that
only come up with a broker are reached with one.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
import os
from pathlib import Path
import random
import signal
import subprocess
import time

import pytest

from assay.adapters.postgres.pool import open_pool
from assay.adapters.postgres.problems import PostgresProblemStore
from assay.adapters.postgres.schema import prepare
from assay.crash_points import CrashPoint, Death
from tests.chaos.hosts import KINDS, LEASE_SECONDS, Case, Installation, running_case
from tests.chaos.kinds import check_undisturbed
from tests.contract.houses import NOON, problem
from tests.engines.postgres import PostgresServer, running_postgres
from tests.engines.redis import running_redis

ALL = os.environ.get("ASSAY_TEST_CHAOS") == "all"
SEED = int(os.environ.get("ASSAY_TEST_CHAOS_SEED", "1"))
CASES = [(point, death) for death in Death for point in CrashPoint]
CHOSEN = CASES if ALL else random.Random(SEED).sample(CASES, 3)  # noqa: S311 - chosen, not guarded

OF_THE_DOORS = (
    CrashPoint.CHECKED,
    CrashPoint.RECORDED_BEFORE_COMMIT,
    CrashPoint.RECORDED_BEFORE_RING,
    CrashPoint.RUNG_BEFORE_ANSWER,
)
WITH_A_BROKER = (
    CrashPoint.ANNOUNCED_BEFORE_MARK,
    CrashPoint.MARKED,
    CrashPoint.RECEIVED_BEFORE_CLAIM,
    CrashPoint.CLAIMED_BEFORE_ACKNOWLEDGE,
)
PROVOCATIONS_MAX = 2  # each may be the death of a worker amid the same submission, which may have two
PROVOCATION_SECONDS = 4 * LEASE_SECONDS
WHEN_TOLD_TO_STOP = (CrashPoint.STOPPED_BEFORE_RETURN, CrashPoint.RELEASED)
WHEN_TOLD_AMID_SCORING = (CrashPoint.SCORING_RELEASED,)
WHEN_ANOTHER_DIES = (CrashPoint.SWEPT_BEFORE_COMMIT, CrashPoint.SWEPT)


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@contextmanager
def running_installation(
    directory: Path, postgres: PostgresServer, *, queue_url: str = "sql:"
) -> Iterator[Installation]:
    database = directory.name
    asyncio.run(make_ready(postgres.create_database(database)))
    opened = Installation(
        directory=directory, postgres=postgres, database=database, queue_url=queue_url
    )  # fmt: skip
    opened.open_doors()
    try:
        yield opened
    finally:
        opened.close_doors()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> Iterator[Installation]:
    with running_installation(tmp_path_factory.mktemp("plain"), postgres) as opened:
        yield opened


@pytest.fixture(scope="module")
def behind_a_broker(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer
) -> Iterator[Installation]:
    directory = tmp_path_factory.mktemp("broker")
    with running_redis() as redis, running_installation(directory, postgres, queue_url=redis.url) as opened:
        yield opened


async def make_ready(url: str) -> None:
    async with open_pool(url) as database:
        await prepare(database, now=datetime.now(UTC))
        await PostgresProblemStore(database).record(problem(), at=NOON)


@pytest.fixture(scope="module")
def undisturbed(plain: Installation) -> dict[str, list[str]]:
    with running_case(plain, "undisturbed") as case:
        case.start_workers()
        case.submit()
        outcomes = case.wait_until_over()
    for source, outcome in outcomes.items():
        check_undisturbed(source, outcome)
    assert len(outcomes) == len(KINDS)
    assert {verdict for _, verdict, *_ in outcomes.values()} == {"AC", "WA", "JE"}
    return outcomes


@pytest.mark.parametrize(("point", "death"), CHOSEN, ids=[f"{point}-{death}" for point, death in CHOSEN])
def test_a_death_there_changes_nothing(
    request: pytest.FixtureRequest, undisturbed: dict[str, list[str]], point: CrashPoint, death: Death
) -> None:
    place = "behind_a_broker" if point in WITH_A_BROKER else "plain"
    installation: Installation = request.getfixturevalue(place)
    name = f"{point}-{death}"
    with running_case(installation, name, f"{point}:1:{death}") as case:
        if point in OF_THE_DOORS:
            case.arm_doors()
            case.submit()
            with running_case(installation, name) as workers:
                workers.accepted = case.accepted
                workers.start_workers()
                outcomes = workers.wait_until_over()
        else:
            case.start_workers()
            case.submit()
            provoke(case, point)
            outcomes = case.wait_until_over()
        case.wait_until(case.has_struck)
        assert outcomes == undisturbed
        assert case.outcomes().keys() == set(case.accepted.values()), "no key has led to two submissions"


def provoke(case: Case, point: CrashPoint) -> None:
    """Do what brings a worker to that point, if judging alone does not."""
    if point in (*WHEN_TOLD_TO_STOP, *WHEN_TOLD_AMID_SCORING, *WHEN_ANOTHER_DIES):
        number = signal.SIGKILL if point in WHEN_ANOTHER_DIES else signal.SIGTERM
        busy = case.busy_scorer if point in WHEN_TOLD_AMID_SCORING else case.busy_worker
        for _ in range(PROVOCATIONS_MAX):  # what it had may have been done before it heard of it
            signal_busy_worker(case, busy, number)


def signal_busy_worker(
    case: Case, busy: "Callable[[], subprocess.Popen[bytes] | None]", number: signal.Signals
) -> None:
    """And give it time to have its effect, unless there is no such worker any more."""
    case.wait_until(lambda: case.has_struck() or case.is_over() or busy() is not None)
    worker = busy()
    if worker is not None and not case.has_struck():
        case.signal_worker(worker, number)
        deadline = time.monotonic() + PROVOCATION_SECONDS
        case.wait_until(lambda: case.has_struck() or case.is_over() or time.monotonic() > deadline)


def test_the_few_are_among_all() -> None:
    assert {point for point, _ in CASES} == set(CrashPoint)
    assert set(CHOSEN) <= set(CASES)
    assert len(CHOSEN) >= 3
