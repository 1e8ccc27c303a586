"""What 'assay doctor' says of a Redis."""

import pytest

from assay.cli.checks import Check
from assay.cli.doctor_redis import check_redis
from assay.settings import read_settings
from tests.engines.ports import free_port
from tests.engines.redis import running_redis, running_redis_cluster


def checks(*, events: str = "memory:", cache: str = "memory:") -> dict[str, Check]:
    environment = {"ASSAY_EVENTS_URL": events, "ASSAY_CACHE_URL": cache}
    return {check.name: check for check in check_redis(read_settings(environment))}


def test_without_a_redis_there_is_nothing_to_say() -> None:
    assert checks() == {}


def test_what_works_is_named_without_its_password() -> None:
    with running_redis(password="s3cret") as server:
        found = checks(events=server.url, cache=server.url)
        assert {name: check.ok for name, check in found.items()} == {"events": True, "cache": True}
        assert found["events"].found == f"redis://127.0.0.1:{server.port}/0"


def test_a_cluster_works_too() -> None:
    with running_redis_cluster() as url:
        assert {name: check.ok for name, check in checks(events=url, cache=url).items()} == {
            "events": True,
            "cache": True,
        }


@pytest.mark.parametrize("kind", ["events", "cache"])
def test_a_wrong_password_a_wrong_place_and_a_wrong_url_are_named_with_what_to_do(kind: str) -> None:
    setting = f"ASSAY_{kind.upper()}_URL"
    with running_redis(password="s3cret") as server:
        for secret in ("", ":wr0ng@"):
            found = checks(**{kind: f"redis://{secret}127.0.0.1:{server.port}"})[kind]
            assert not found.ok
            assert "password" in found.remedy
            assert setting in found.remedy
            assert "wr0ng" not in found.found
    found = checks(**{kind: f"redis://127.0.0.1:{free_port()}"})[kind]
    assert (found.ok, "start that Redis" in found.remedy) == (False, True)
    found = checks(**{kind: "redis://h/first"})[kind]
    assert (found.ok, setting in found.found) == (False, True)


def test_a_full_redis_that_forgets_nothing_is_named() -> None:
    with running_redis(more=["--maxmemory", "1", "--maxmemory-policy", "noeviction"]) as server:
        found = checks(cache=server.url)["cache"]
    assert (found.ok, "allkeys-lru" in found.remedy) == (False, True)
