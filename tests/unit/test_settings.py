"""What the environment may say."""

from pathlib import Path

import pytest

from assay.errors import UsageError
from assay.settings import WARM_ROOT, QueueKind, S3Settings, read_settings


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", set()),
        ("judge.example", {"judge.example"}),
        (" Judge.Example , judge,", {"judge.example", "judge"}),
        ("*", {"*"}),
    ],
)
def test_allowed_hosts_are_names_between_commas(text: str, names: set[str]) -> None:
    assert read_settings({"ASSAY_ALLOWED_HOSTS": text}).allowed_hosts == names


@pytest.mark.parametrize(
    "text", ["judge.example:8700", "http://judge.example", "a b", "*.example", "judge..x"]
)
def test_what_is_no_name_is_refused_by_name(text: str) -> None:
    with pytest.raises(UsageError, match="ASSAY_ALLOWED_HOSTS"):
        read_settings({"ASSAY_ALLOWED_HOSTS": text})


@pytest.mark.parametrize(("text", "gate"), [("", True), ("on", True), ("off", False)])
def test_the_attack_gate_stands_unless_it_is_switched_off(text: str, gate: bool) -> None:
    assert read_settings({"ASSAY_ATTACK_GATE": text}).attack_gate is gate


@pytest.mark.parametrize("text", ["0", "no", "OFF", "false"])
def test_no_other_word_opens_the_attack_gate(text: str) -> None:
    with pytest.raises(UsageError, match="ASSAY_ATTACK_GATE"):
        read_settings({"ASSAY_ATTACK_GATE": text})


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("", WARM_ROOT),
        ("on", WARM_ROOT),
        ("off", None),
        ("/usr/local/warm files", Path("/usr/local/warm files")),
    ],
)
def test_warm_files_have_a_place_or_are_off(text: str, root: Path | None) -> None:
    assert read_settings({"ASSAY_WARM": text}).warm_root == root


@pytest.mark.parametrize(
    "text", ["OFF", "warm", "/tmp/warm", "/usr", "/var/warm", "/usr/../tmp/x", "/usrx/warm"]
)
def test_warm_files_lie_where_a_run_can_see_them(text: str) -> None:
    with pytest.raises(UsageError, match="ASSAY_WARM"):
        read_settings({"ASSAY_WARM": text})


@pytest.mark.parametrize(("text", "on"), [("", True), ("on", True), ("off", False)])
def test_compilations_are_kept_unless_that_is_switched_off(text: str, on: bool) -> None:
    assert read_settings({"ASSAY_COMPILE_CACHE": text}).compile_cache is on
    with pytest.raises(UsageError, match="ASSAY_COMPILE_CACHE"):
        read_settings({"ASSAY_COMPILE_CACHE": "maybe"})


def test_the_cell_runs_programs_unless_an_engine_is_asked_for() -> None:
    assert read_settings({}).docker is None
    assert read_settings({"ASSAY_SANDBOX": "cell", "ASSAY_DOCKER_IMAGE": "x"}).docker is None
    docker = read_settings({"ASSAY_SANDBOX": "docker", "ASSAY_DOCKER_IMAGE": "judge:1"}).docker
    assert docker is not None
    assert (docker.socket_path, docker.image) == (Path("/var/run/docker.sock"), "judge:1")
    assert (docker.runtime, docker.io_device) == (None, None)
    assert docker.init_binary.is_absolute()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ASSAY_SANDBOX", "podman"),
        ("ASSAY_DOCKER_IMAGE", ""),
        ("ASSAY_DOCKER_HOST", "tcp://127.0.0.1:2375"),
        ("ASSAY_DOCKER_HOST", "docker.sock"),
        ("ASSAY_DOCKER_IO_DEVICE", "sda"),
    ],
)
def test_what_an_engine_cannot_be_asked_names_its_setting(name: str, text: str) -> None:
    good = {"ASSAY_SANDBOX": "docker", "ASSAY_DOCKER_IMAGE": "judge:1"}
    with pytest.raises(UsageError, match=name):
        read_settings({**good, name: text})


def test_the_operators_testlib_is_a_file(tmp_path: Path) -> None:
    header = tmp_path / "testlib.h"
    header.touch()
    assert read_settings({"ASSAY_TESTLIB": str(header)}).testlib == header
    assert read_settings({}).testlib is None
    with pytest.raises(UsageError, match="ASSAY_TESTLIB is the path"):
        read_settings({"ASSAY_TESTLIB": str(tmp_path)})


def test_the_database_is_a_file_in_the_data_folder_unless_told_otherwise(tmp_path: Path) -> None:
    settings = read_settings({}, data_dir=tmp_path / "a b")
    assert settings.sqlite_path == tmp_path / "a b/assay.sqlite3"
    assert settings.blob_dir == tmp_path / "a b/blobs"
    settings = read_settings(
        {"ASSAY_DATABASE_URL": "sqlite:///elsewhere/x%20y.db", "ASSAY_BLOB_URL": "file:///b"}
    )
    assert (settings.sqlite_path, settings.blob_dir) == (Path("/elsewhere/x y.db"), Path("/b"))
    assert settings.data_places[1:] == (Path("/elsewhere"), Path("/"))


def test_a_server_has_the_database_if_it_is_said_so() -> None:
    url = "postgresql://me:secret@db.example/assay"
    assert read_settings({"ASSAY_DATABASE_URL": url}).sqlite_path is None
    assert read_settings({"ASSAY_DATABASE_URL": "sqlite:///a"}, database_url=url).database_url == url


@pytest.mark.parametrize(
    "url",
    ["mysql://me:secret@h/d", "secret", "sqlite://secret", "sqlite:///secret/", "//[secret"],
)
def test_another_database_is_refused_without_repeating_what_may_be_secret(url: str) -> None:
    with pytest.raises(UsageError, match="ASSAY_DATABASE_URL") as refusal:
        read_settings({"ASSAY_DATABASE_URL": url})
    assert "secret" not in refusal.value.message


@pytest.mark.parametrize("url", ["s3:/x", "file://host/x", "file:x", "/x"])
def test_test_data_are_in_a_folder(url: str) -> None:
    with pytest.raises(UsageError, match="ASSAY_BLOB_URL"):
        read_settings({"ASSAY_BLOB_URL": url})


def test_a_lease_outlives_several_signs_of_life() -> None:
    settings = read_settings({"ASSAY_LEASE_SECONDS": "1.5"})
    assert (settings.lease_seconds, settings.heartbeat_seconds) == (1.5, 0.5)
    assert read_settings({"ASSAY_HEARTBEAT_SECONDS": "0.3"}).heartbeat_seconds == 0.3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ASSAY_LEASE_SECONDS", "0"),
        ("ASSAY_LEASE_SECONDS", "nan"),
        ("ASSAY_LEASE_SECONDS", "soon"),
        ("ASSAY_HEARTBEAT_SECONDS", "16"),  # of a lease of 30
        ("ASSAY_HEARTBEAT_SECONDS", "-1"),
    ],
)
def test_a_length_of_time_must_make_sense(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=name):
        read_settings({name: text})


KEYS = {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "secret"}


def test_test_data_may_be_in_a_bucket(tmp_path: Path) -> None:
    url = "s3://test-data/a/b/?endpoint=http://127.0.0.1:8333/&region=eu-central-1"
    settings = read_settings({**KEYS, "ASSAY_BLOB_URL": url}, data_dir=tmp_path)
    assert settings.s3 == S3Settings(
        bucket="test-data",
        prefix="a/b",
        endpoint="http://127.0.0.1:8333",
        region="eu-central-1",
        access_key_id="me",
        secret_access_key="secret",
        session_token=None,
    )
    assert (settings.blob_dir, settings.data_places) == (None, (tmp_path,))
    assert "secret" not in repr(settings.s3)


def test_amazon_has_the_bucket_unless_told_otherwise() -> None:
    s3 = read_settings({**KEYS, "AWS_SESSION_TOKEN": "t", "ASSAY_BLOB_URL": "s3://test-data"}).s3
    assert s3 is not None
    assert (s3.prefix, s3.endpoint, s3.region, s3.session_token) == ("", None, "us-east-1", "t")
    assert read_settings({}).s3 is None


@pytest.mark.parametrize(
    "url",
    [
        "ftp://secret",
        "s3://",
        "s3://Secret",
        "s3://me:secret@bucket",
        "s3://bucket/../secret",
        "s3://bucket/a//secret",
        "s3://bucket/./secret",
        "s3://bucket?secret=1",
        "s3://bucket?endpoint=secret",
        "s3://bucket?endpoint=http://me:secret@host",
        "s3://bucket?endpoint=http://host/secret",
        "s3://bucket?region=",
        "s3://bucket#secret",
        "s3://[secret",
    ],
)
def test_another_place_for_test_data_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UsageError, match="ASSAY_BLOB_URL") as refusal:
        read_settings({**KEYS, "ASSAY_BLOB_URL": url})
    assert "secret" not in refusal.value.message


@pytest.mark.parametrize("missing", KEYS)
def test_a_bucket_needs_its_keys(missing: str) -> None:
    with pytest.raises(UsageError, match=missing):
        read_settings({**KEYS, missing: "", "ASSAY_BLOB_URL": "s3://bucket"})


def test_the_cache_of_test_data_has_a_bound() -> None:
    assert read_settings({"ASSAY_BLOB_CACHE_BYTES": "5000000"}).blob_cache_bytes == 5_000_000
    assert read_settings({}).blob_cache_bytes == 10 << 30
    with pytest.raises(UsageError, match="ASSAY_BLOB_CACHE_BYTES"):
        read_settings({"ASSAY_BLOB_CACHE_BYTES": "1000"})


def test_events_go_with_the_database_unless_a_redis_carries_them() -> None:
    on_sqlite, on_postgresql = (
        {"ASSAY_DATABASE_URL": "sqlite:///a"},
        {"ASSAY_DATABASE_URL": "postgresql://h/d"},
    )
    assert read_settings({}).events_url == "memory:"
    assert read_settings({**on_sqlite, "ASSAY_EVENTS_URL": "memory:"}).events_url == "memory:"
    assert read_settings(on_postgresql).events_url == "postgresql:"
    assert read_settings({**on_postgresql, "ASSAY_EVENTS_URL": "postgresql:"}).events_url == "postgresql:"
    for database in (on_sqlite, on_postgresql):
        for url in ("redis://h", "rediss://h", "redis+cluster://a,b"):
            assert read_settings({**database, "ASSAY_EVENTS_URL": url}).events_url == url
            assert (
                read_settings(
                    {**database, "ASSAY_EVENTS_URL": "x"}, urls={"ASSAY_EVENTS_URL": url}
                ).events_url
                == url
            )


@pytest.mark.parametrize(
    ("database", "url", "why"),
    [
        ("sqlite:///a", "postgresql:", "it is SQLite"),
        ("postgresql://h/d", "memory:", "would not be reached"),
        ("sqlite:///a", "kafka://secret", "memory:, postgresql:"),
        ("postgresql://h/d", "postgresql://me:secret@h/d", "without more"),
    ],
)
def test_events_that_would_not_arrive_are_refused(database: str, url: str, why: str) -> None:
    with pytest.raises(UsageError, match=f"ASSAY_EVENTS_URL.*{why}") as refusal:
        read_settings({"ASSAY_DATABASE_URL": database, "ASSAY_EVENTS_URL": url})
    assert "secret" not in refusal.value.message


def test_results_are_kept_in_the_process_or_on_a_redis() -> None:
    assert read_settings({}).cache_url == "memory:"
    assert read_settings({"ASSAY_CACHE_URL": "redis://h/1"}).cache_url == "redis://h/1"
    urls = {"ASSAY_CACHE_URL": "rediss://h"}
    assert read_settings({"ASSAY_CACHE_URL": "memory:"}, urls=urls).cache_url == "rediss://h"
    with pytest.raises(UsageError, match="ASSAY_CACHE_URL") as refusal:
        read_settings({"ASSAY_CACHE_URL": "memcached://:secret@h"})
    assert "secret" not in refusal.value.message


def test_workers_hear_of_jobs_by_the_database_or_a_broker() -> None:
    assert (read_settings({}).queue_url, read_settings({}).queue_kind) == ("sql:", QueueKind.SQL)
    for url, kind in (
        ("redis://:secret@h:6379/1", QueueKind.REDIS),
        ("rediss://h", QueueKind.REDIS),
        ("redis+cluster://a,b", QueueKind.REDIS),
        ("kafka://a:9092,b:9092", QueueKind.KAFKA),
        ("kafka+ssl://a", QueueKind.KAFKA),
    ):
        settings = read_settings({"ASSAY_QUEUE_URL": "x"}, urls={"ASSAY_QUEUE_URL": url})
        assert (settings.queue_url, settings.queue_kind) == (url, kind)
    for url in ("amqp://:secret@h", "sql://h", "h:9092", "memory:"):
        with pytest.raises(UsageError, match="ASSAY_QUEUE_URL") as refusal:
            read_settings({"ASSAY_QUEUE_URL": url})
        assert "secret" not in refusal.value.message


def test_the_window_of_a_relay_is_the_fleets_unless_it_is_given() -> None:
    assert read_settings({}).queue_window is None
    assert read_settings({"ASSAY_QUEUE_WINDOW": "7"}).queue_window == 7
    for text in ("0", "-1", "many", "1000000"):
        with pytest.raises(UsageError, match="ASSAY_QUEUE_WINDOW"):
            read_settings({"ASSAY_QUEUE_WINDOW": text})
