"""Where a Kafka is, read from a URL, without telling its password."""

from pathlib import Path

from confluent_kafka.admin import AdminClient
import pytest

from assay.adapters.broker.trust import Trust
from assay.adapters.kafka.address import Making, read_address
from assay.adapters.kafka.connection import options_of
from assay.errors import UsageError
from tests.engines.certificates import make_certificate


def test_servers_with_all_that_can_be_said(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.touch()
    address = read_address(
        f"kafka+ssl://judge:p%40ss%3Aw@k1.example:9093,k2?ca={ca_file}&sasl=plain&partitions=12&replicas=3"
        "&fetch_wait_ms=10"
    )
    assert address.servers == (("k1.example", 9093), ("k2", 9092))
    assert (address.username, address.password, address.mechanism) == ("judge", "p@ss:w", "PLAIN")
    assert (address.has_tls, address.trust.ca_file) == (True, ca_file)
    assert address.making == Making(partitions=12, replicas=3)
    assert address.fetch_wait_ms == 10
    assert address.shown == "kafka+ssl://k1.example:9093,k2"
    assert "p@ss:w" not in repr(address)


def test_what_is_left_out_is_as_usual() -> None:
    address = read_address("kafka://[::1]:9000/")
    assert (address.servers, address.places) == ((("::1", 9000),), "[::1]:9000")
    assert (address.has_tls, address.username, address.making) == (False, None, None)
    assert address.trust == Trust(ca_file=None, own=None)
    assert address.fetch_wait_ms == 500
    assert read_address("kafka://judge:secret@h").mechanism == "SCRAM-SHA-512"


def test_a_password_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    address = read_address(f"kafka://judge@h?password_file={tmp_path}/secret")
    assert (address.username, address.password) == ("judge", "s3cret")
    for wrong in ("kafka://h", "kafka://judge:secret@h"):
        with pytest.raises(UsageError):
            read_address(f"{wrong}?password_file={tmp_path}/secret")


def test_all_of_it_is_told_to_librdkafka_which_takes_it(tmp_path: Path) -> None:
    ours = make_certificate(tmp_path, "ours")
    (tmp_path / "secret").write_text("s3cret\n")
    files = f"ca={ours.path}&cert={ours.path}&key={ours.key}"
    options = options_of(
        read_address(f"kafka+ssl://judge@h?{files}&sasl=scram-sha-256&password_file={tmp_path}/secret")
    )
    assert {
        name: value for name, value in options.items() if name.startswith(("security", "sasl", "ssl"))
    } == {
        "security.protocol": "sasl_ssl",
        "sasl.mechanism": "SCRAM-SHA-256",
        "sasl.username": "judge",
        "sasl.password": "s3cret",
        "ssl.ca.location": str(ours.path),
        "ssl.certificate.location": str(ours.path),
        "ssl.key.location": str(ours.key),
    }
    AdminClient(options)  # it raises what it does not like


@pytest.mark.parametrize(
    "url",
    [
        "secret", "http://secret@h", "kafka://u:secret@", "kafka://u:secret@h:0", "kafka://u:secret@h:99999",
        "kafka://u:secret@h:x", "kafka://u:secret@h/topic", "kafka://:secret@h", "kafka://secret@h",
        "kafka://u:secret@h,", "kafka://u:secret@h?ca=/x", "kafka+ssl://u:secret@h?ca=/nowhere/at/all",
        "kafka://u:secret@h?sasl=secret", "kafka://h?sasl=plain", "kafka://u:secret@h?acks=0",
        "kafka://u:secret@h?partitions=3", "kafka://u:secret@h?partitions=0&replicas=1",
        "kafka://u:secret@h?partitions=secret&replicas=1", "kafka://u:secret@h?sasl=plain&sasl=plain",
        "kafka+ssl://u:secret@h?cert=/nowhere&key=/nowhere", "kafka://secret@h?password_file=/nowhere",
        "kafka+ssl://u:secret@h?ssl.key.password=secret", "kafka://u:secret@h?sasl=gssapi",
        "kafka://u:secret@h?fetch_wait_ms=0", "kafka://u:secret@h?fetch_wait_ms=501",
        "kafka://u:secret@h?fetch_wait_ms=secret", "kafka://u:secret@h?fetch_wait_ms=",
        "kafka://u:secret@h?partitions=1001&replicas=1", "kafka://u:secret@h#secret", "kafka://[secret",
    ],
)  # fmt: skip
def test_what_names_no_kafka_is_refused_without_repeating_what_may_be_secret(url: str) -> None:
    with pytest.raises(UsageError) as refusal:
        read_address(url)
    assert "secret" not in refusal.value.message
