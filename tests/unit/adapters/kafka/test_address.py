"""Where a Kafka is, read from a URL, without telling its password."""

from pathlib import Path

import pytest

from assay.adapters.kafka.address import Making, read_address
from assay.errors import UsageError


def test_servers_with_all_that_can_be_said(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.touch()
    address = read_address(
        f"kafka+ssl://judge:p%40ss%3Aw@k1.example:9093,k2?ca={ca_file}&sasl=plain&partitions=12&replicas=3"
    )
    assert address.servers == (("k1.example", 9093), ("k2", 9092))
    assert (address.username, address.password, address.mechanism) == ("judge", "p@ss:w", "PLAIN")
    assert (address.has_tls, address.ca_file) == (True, ca_file)
    assert address.making == Making(partitions=12, replicas=3)
    assert address.shown == "kafka+ssl://k1.example:9093,k2"
    assert "p@ss:w" not in repr(address)


def test_what_is_left_out_is_as_usual() -> None:
    address = read_address("kafka://[::1]:9000/")
    assert (address.servers, address.places) == ((("::1", 9000),), "[::1]:9000")
    assert (address.has_tls, address.username, address.ca_file, address.making) == (False, None, None, None)
    assert read_address("kafka://judge:secret@h").mechanism == "SCRAM-SHA-512"


@pytest.mark.parametrize(
    "url",
    [
        "secret", "http://secret@h", "kafka://u:secret@", "kafka://u:secret@h:0", "kafka://u:secret@h:99999",
        "kafka://u:secret@h:x", "kafka://u:secret@h/topic", "kafka://:secret@h", "kafka://secret@h",
        "kafka://u:secret@h,", "kafka://u:secret@h?ca=/x", "kafka+ssl://u:secret@h?ca=/nowhere/at/all",
        "kafka://u:secret@h?sasl=secret", "kafka://h?sasl=plain", "kafka://u:secret@h?acks=0",
        "kafka://u:secret@h?partitions=3", "kafka://u:secret@h?partitions=0&replicas=1",
        "kafka://u:secret@h?partitions=secret&replicas=1", "kafka://u:secret@h?sasl=plain&sasl=plain",
        "kafka://u:secret@h?partitions=1001&replicas=1", "kafka://u:secret@h#secret", "kafka://[secret",
    ],
)  # fmt: skip
def test_what_names_no_kafka_is_refused_without_repeating_what_may_be_secret(url: str) -> None:
    with pytest.raises(UsageError) as refusal:
        read_address(url)
    assert "secret" not in refusal.value.message
