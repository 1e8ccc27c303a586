"""Settings from flags and the environment."""

from collections.abc import Mapping
import os
from pathlib import Path
from urllib.parse import quote

from assay.crash_points import read_plan
from assay.settings.file import read_file, settings_file
from assay.settings.model import Settings
from assay.settings.places import (
    blob_place,
    cache_url_of,
    database_url_of,
    events_url_of,
    queue_url_of,
    read_url_of,
)
from assay.settings.values import (
    docker,
    find_cell,
    host_names,
    is_on,
    log_level,
    number,
    operator_token,
    role,
    rubric,
    seconds,
    testlib,
    warm_root,
)

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8700
LEASE_SECONDS = 30.0
SLOTS_MAX = 1024  # of a worker
READ_LAG_SECONDS_MAX = 10.0  # who is further behind answers hardly anything: its answers would be too old
PRACTICE_DEPTH_MAX = 10_000  # at ten a second, who comes now waits for a quarter of an hour
PRACTICE_AGE_SECONDS_MAX = 900.0
BLOB_CACHE_BYTES = 10 << 30  # the test data of some hundred problems
QUEUE_WINDOW_MAX = 100_000  # past this the line is as long as the queue, and in no fair order
FIRST_SLOT_UID = (
    64_000  # Debian leaves 60000-64999 to packages that ask for fixed ids; none of its own is here
)


def read_settings(
    environment: Mapping[str, str],
    *,
    data_dir: Path | None = None,
    database_url: str | None = None,
    urls: Mapping[str, str] | None = None,
    host: str | None = None,
    port: int | None = None,
    slots: int | None = None,
) -> Settings:
    """Flags first, then the environment, its file, and the defaults. Raises `UsageError` naming the setting.

    `urls`: flags that are URLs, by their settings; `database_url` is one of them that many commands have.
    """
    file = settings_file(environment)
    said_in_file = {} if file is None else read_file(file)
    given = {**environment, **(urls or {})}
    environment = {**said_in_file, **given}
    data_dir = (
        data_dir or Path(environment.get("ASSAY_DATA_DIR") or default_data_dir(environment))
    ).absolute()
    blob_url = environment.get("ASSAY_BLOB_URL") or f"file://{quote(str(data_dir))}/blobs"
    lease_seconds = seconds(environment, "ASSAY_LEASE_SECONDS", default=LEASE_SECONDS, highest=3600)
    database_url = database_url_of(
        database_url
        or environment.get("ASSAY_DATABASE_URL")
        or f"sqlite://{quote(str(data_dir))}/assay.sqlite3"
    )
    is_on_sqlite = database_url.startswith("sqlite:")
    slots = number(environment, "ASSAY_SLOTS", slots, default=usable_cores(), lowest=1, highest=SLOTS_MAX)
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        database_read_url=read_url_of(
            environment.get("ASSAY_DATABASE_READ_URL", ""), is_on_sqlite=is_on_sqlite
        ),
        read_lag_seconds_max=seconds(
            environment, "ASSAY_READ_LAG_SECONDS_MAX", default=READ_LAG_SECONDS_MAX, highest=3600
        ),
        events_url=events_url_of(environment.get("ASSAY_EVENTS_URL", ""), is_on_sqlite=is_on_sqlite),
        cache_url=cache_url_of(environment.get("ASSAY_CACHE_URL") or "memory:"),
        queue_url=queue_url_of(environment.get("ASSAY_QUEUE_URL") or "sql:"),
        queue_window=(
            number(environment, "ASSAY_QUEUE_WINDOW", None, default=0, lowest=1, highest=QUEUE_WINDOW_MAX)
            if environment.get("ASSAY_QUEUE_WINDOW")
            else None
        ),
        blob_url=blob_url,
        s3=blob_place(blob_url, environment),
        blob_cache_bytes=number(
            environment,
            "ASSAY_BLOB_CACHE_BYTES",
            None,
            default=BLOB_CACHE_BYTES,
            lowest=1 << 20,
            highest=1 << 60,
        ),
        host=host or environment.get("ASSAY_HOST") or DEFAULT_HOST,
        allowed_hosts=host_names(environment.get("ASSAY_ALLOWED_HOSTS", "")),
        port=number(environment, "ASSAY_PORT", port, default=DEFAULT_PORT, lowest=0, highest=65_535),
        slots=slots,
        slots_max=number(
            environment, "ASSAY_SLOTS_MAX", None, default=slots, lowest=slots, highest=SLOTS_MAX
        ),
        lease_seconds=lease_seconds,
        heartbeat_seconds=seconds(
            environment, "ASSAY_HEARTBEAT_SECONDS", default=lease_seconds / 3, highest=lease_seconds / 2
        ),
        log_level=log_level(environment),
        practice_depth_max=number(
            environment,
            "ASSAY_PRACTICE_DEPTH_MAX",
            None,
            default=PRACTICE_DEPTH_MAX,
            lowest=1,
            highest=10_000_000,
        ),
        practice_age_seconds_max=seconds(
            environment, "ASSAY_PRACTICE_AGE_SECONDS_MAX", default=PRACTICE_AGE_SECONDS_MAX, highest=86_400
        ),
        metrics=is_on(environment, "ASSAY_METRICS"),
        metrics_port=(
            number(environment, "ASSAY_METRICS_PORT", None, default=0, lowest=1, highest=65_535)
            if environment.get("ASSAY_METRICS_PORT")
            else None
        ),
        operator_token=operator_token(environment),
        user=environment.get("ASSAY_USER") or None,
        cell_binary=Path(environment.get("ASSAY_CELL") or find_cell()),
        first_slot_uid=number(
            environment, "ASSAY_FIRST_SLOT_UID", None, default=FIRST_SLOT_UID, lowest=1000, highest=2**31
        ),
        attack_gate=is_on(environment, "ASSAY_ATTACK_GATE"),
        warm_root=warm_root(environment),
        compile_cache=is_on(environment, "ASSAY_COMPILE_CACHE"),
        testlib=testlib(environment),
        rubric=rubric(environment),
        role=role(environment),
        crash_plan=read_plan(environment.get("ASSAY_CRASH_POINT", "")),
        docker=docker(environment),
        environment=given,
        settings_file=file,
        said_in_file=said_in_file,
    )


def default_data_dir(environment: Mapping[str, str]) -> Path:
    """Root's server keeps its data where services do; an ordinary user's below their home."""
    if os.geteuid() == 0 and environment.get("SUDO_UID", "0") == "0":
        return Path("/var/lib/assay")
    base = environment.get("XDG_DATA_HOME") or str(Path(environment.get("HOME", "/")) / ".local/share")
    return Path(base) / "assay"


def usable_cores() -> int:
    """The cores that this process may use, not those the machine has."""
    return max(1, len(os.sched_getaffinity(0)))
