"""Where a Redis is, read from a URL, without telling its password."""

from pathlib import Path

import pytest

from assay.adapters.redis.address import read_address
from assay.errors import UsageError


def test_one_server_with_all_that_can_be_said() -> None:
    address = read_address("redis://judge:p%40ss%3Aw@db.example:6380/3")
    assert address.servers == (("db.example", 6380),)
    assert (address.username, address.password, address.database) == ("judge", "p@ss:w", 3)
    assert (address.is_cluster, address.has_tls) == (False, False)
    assert address.shown == "redis://db.example:6380/3"
    assert "p@ss:w" not in repr(address)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("redis://h", ("h", 6379)),
        ("redis://:secret@h", ("h", 6379)),
        ("redis://[::1]:7000/", ("::1", 7000)),
    ],
)
def test_what_is_left_out_is_as_usual(url: str, server: tuple[str, int]) -> None:
    address = read_address(url)
    assert (address.servers, address.database, address.username) == ((server,), 0, None)


def test_a_cluster_is_named_by_some_of_its_servers_and_keeps_what_belongs_together_on_one() -> None:
    address = read_address("redis+cluster://:secret@h1:7001,h2:7002,h3")
    assert address.servers == (("h1", 7001), ("h2", 7002), ("h3", 6379))
    assert address.is_cluster
    assert address.key("submission", "s1") == "submission:{s1}"
    assert read_address("redis://h").key("submission", "s1") == "submission:s1"
    assert read_address("rediss+cluster://h").has_tls


def test_with_tls_an_own_authority_may_be_named(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.touch()
    assert read_address(f"rediss://h?ca={ca_file}").trust.ca_file == ca_file
    assert read_address("rediss://h").trust.ca_file is None


def test_a_password_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    assert read_address(f"redis://h?password_file={tmp_path}/secret").password == "s3cret"


@pytest.mark.parametrize(
    "url",
    [
        "secret", "http://secret@h", "redis://:secret@", "redis://:secret@h:0", "redis://:secret@h:99999",
        "redis://:secret@h:x", "redis://:secret@h/x", "redis://:secret@h/-1", "redis://:secret@h1,h2",
        "redis+cluster://:secret@h1,", "redis+cluster://:secret@h/1", "redis://:secret@h?ca=/x",
        "rediss://:secret@h?ca=/nowhere/at/all", "rediss://:secret@h?db=secret",
        "rediss://:secret@h?ca=/etc/passwd&ca=/etc/passwd", "redis://:secret@h?password_file=/etc/passwd", "redis://[secret",
    ],
)  # fmt: skip
def test_what_names_no_redis_is_refused_without_repeating_what_may_be_secret(url: str) -> None:
    with pytest.raises(UsageError) as refusal:
        read_address(url)
    assert "secret" not in refusal.value.message
