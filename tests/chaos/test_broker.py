"""A broker that dies with all that it had, hangs or stays away, and a relay that does: all is judged once."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from tests.chaos.hosts import Case, Installation, running_case
from tests.chaos.test_matrix import make_ready
from tests.engines.postgres import running_postgres
from tests.engines.redis import RedisServer, running_redis

KINDS = ("plain",) * 4 + ("slow",) * 3 + ("fault",) * 2


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, redis: RedisServer) -> Iterator[Installation]:
    with running_postgres() as postgres:
        asyncio.run(make_ready(postgres.create_database("broker")))
        opened = Installation(
            directory=tmp_path_factory.mktemp("broker"), postgres=postgres, database="broker",
            queue_url=redis.url,
        )  # fmt: skip
        opened.open_doors()
        try:
            yield opened
        finally:
            opened.close_doors()


def judged(case: Case) -> int:
    return sum(status in ("judged", "failed") for status, *_ in case.outcomes().values())


def loses_all(_: Case, redis: RedisServer) -> None:
    redis.stop()
    redis.start()


def stays_away(_: Case, redis: RedisServer) -> None:
    redis.stop()


def hangs(_: Case, redis: RedisServer) -> None:
    redis.freeze()


def has_no_relay(case: Case, _: RedisServer) -> None:
    case.stop_relay()


TROUBLES: tuple[Callable[[Case, RedisServer], None], ...] = (loses_all, stays_away, hangs, has_no_relay)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: each.__name__)
def test_all_is_judged_once(
    installation: Installation, redis: RedisServer, trouble: Callable[[Case, RedisServer], None]
) -> None:
    with running_case(installation, trouble.__name__) as case:
        case.start_workers()
        case.submit(KINDS)
        case.wait_until(lambda: judged(case) >= 2)
        assert judged(case) < len(KINDS), "it must come in the middle"
        trouble(case, redis)
        case.submit(KINDS, first=len(KINDS))
        try:
            outcomes = case.wait_until_over()
        finally:
            if trouble is hangs:
                redis.thaw()
            if trouble is stays_away:
                redis.start()
    for status, _, job, judgements, *_rest in outcomes.values():
        assert (status, job, judgements) == ("judged", "done", "1"), outcomes
    assert len(outcomes) == 2 * len(KINDS)
