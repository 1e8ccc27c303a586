"""What 'assay doctor' says of the broker."""

from pathlib import Path

from confluent_kafka.admin import AdminClient
import pytest

from assay.adapters.kafka.address import Making
from assay.adapters.kafka.connection import options_of
from assay.adapters.kafka.topics import make_topics
from assay.cli.checks import Check
from assay.cli.doctor import examine
from assay.cli.doctor_queue import check_queue
from assay.queue.broker import Topic
from assay.settings import read_settings
from tests.contract.broker.kafka_topics import KafkaTopics
from tests.engines.kafka import running_kafka
from tests.engines.ports import free_port
from tests.engines.redis import running_redis


def check(url: str) -> Check:
    (found,) = check_queue(read_settings({"ASSAY_QUEUE_URL": url}))
    assert found.name == "queue"
    assert found.ok or found.remedy
    assert "s3cret" not in found.found + found.remedy
    return found


def test_where_the_rows_are_the_queue_there_is_nothing_to_say() -> None:
    assert list(check_queue(read_settings({}))) == []


def test_a_redis_that_keeps_what_it_has_is_well() -> None:
    with running_redis(password="s3cret") as server:
        found = check(server.url)
        assert (found.ok, found.found, found.remedy) == (True, f"redis://127.0.0.1:{server.port}/0", "")
        server.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        found = check(server.url)
        assert (found.ok, "allkeys-lru" in found.found, "noeviction" in found.remedy) == (False, True, True)
        found = check(f"redis://:wr0ng@127.0.0.1:{server.port}")
        assert (found.ok, "password" in found.remedy, "wr0ng" in found.found) == (False, True, False)


def test_a_redis_that_is_full_or_does_not_tell_its_policy() -> None:
    with running_redis(more=["--maxmemory", "1"]) as server:
        found = check(server.url)
        assert (found.ok, "memory" in found.remedy) == (False, True)
        server.ask("CONFIG", "SET", "maxmemory", "0")
        server.ask("ACL", "SETUSER", "default", "-info")
        found = check(server.url)
        assert (found.ok, "noeviction" in found.remedy) == (True, True)


@pytest.mark.parametrize("scheme", ["redis", "kafka"])
def test_a_place_where_nobody_is_and_a_url_that_names_nothing(scheme: str) -> None:
    found = check(f"{scheme}://judge:s3cret@127.0.0.1:{free_port()}")
    assert (found.ok, "ASSAY_QUEUE_URL" in found.remedy) == (False, True)
    found = check(f"{scheme}://judge:s3cret@h/no/such")
    assert (found.ok, "ASSAY_QUEUE_URL" in found.found) == (False, True)


def test_a_kafka_without_topics_with_few_partitions_and_as_it_should_be(tmp_path: Path) -> None:
    with running_kafka() as server:
        found = check(server.url)
        assert not found.ok
        for topic in Topic:
            assert topic.value in found.found
            assert f"--create --topic {topic.value} --partitions" in found.remedy
        allowed = check(f"{server.url}?partitions=3&replicas=1")
        assert (allowed.ok, allowed.remedy, "relay" in allowed.found) == (True, "", True)
        topics = KafkaTopics(server)
        assert AdminClient(options_of(topics.address)).list_topics(timeout=10).topics == {}, "none was made"
        topics.make()
        found = check(server.url)
        assert (found.ok, "one partition" in found.found, "--alter" in found.remedy) == (True, True, True)
    with running_kafka() as server:
        make_topics(KafkaTopics(server).address, Making(partitions=3, replicas=1))
        found = check(server.url)
        assert (found.ok, found.found, found.remedy) == (True, server.url, "")
        settings = read_settings({"ASSAY_QUEUE_URL": server.url}, data_dir=tmp_path)
        assert "queue" in [each.name for each in examine(settings)]
