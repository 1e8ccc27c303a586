"""What a process was started with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from assay.crash_points import CrashPlan


class QueueKind(Enum):
    """By what workers hear of due jobs."""

    SQL = "the database"
    REDIS = "Redis Streams"
    KAFKA = "Kafka"


@dataclass(frozen=True, kw_only=True)
class DockerSettings:
    """A Docker engine as the sandbox (docs/how-to/docker-sandbox.md). `runtime`: None: the engine's default.

    `io_device`: the block device on which each run's reading and writing is limited; None: not limited.
    """

    socket_path: Path
    image: str
    runtime: str | None
    init_binary: Path
    io_device: Path | None


@dataclass(frozen=True, kw_only=True)
class S3Settings:
    """A bucket for test data (docs/how-to/test-data-on-s3.md). `endpoint`: None: Amazon's for the region.

    `prefix`: what the objects' names begin with, without a slash at its end.
    """

    bucket: str
    prefix: str
    endpoint: str | None
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the process was started with.

    `database_url`: where submissions, jobs and verdicts are kept; a file in `data_dir` unless told otherwise.
    `database_read_url`: a standby of that database, which takes reading off it; None: there is none.
    `read_lag_seconds_max`: how far it may be behind to be asked at all.
    `blob_url`: where test data are kept; a folder in `data_dir` unless told otherwise.
    `events_url`: what wakes other processes and carries events: `memory:` (the sockets of this machine, with
    SQLite), `postgresql:` (the database) or a Redis; what goes with the database unless told otherwise.
    `cache_url`: where results are kept that were read before: `memory:` (each process of doors) or a Redis.
    `queue_url`: by what workers hear of due jobs: `sql:` (the database and its bells), a Redis or a Kafka.
    `queue_window`: how many jobs of each topic a relay announces ahead; None: what the fleet has work for.
    `s3`: the bucket that `blob_url` names, and its keys; None: it names a folder.
    `blob_cache_bytes`: how much of a bucket's test data is kept in `data_dir`.
    `lease_seconds`: how long a worker may be silent before others take its jobs.
    `heartbeat_seconds`: how often it gives a sign of life; one that is late does no harm.
    `practice_depth_max`, `practice_age_seconds_max`: past these practice is turned away (admission.py).
    `metrics`: whether figures are kept. `metrics_port`: where a worker without doors tells them, if it does.
    `operator_token`: who shows it may have contests and assessments judged first; None: nobody may.
    `user`: whom to become after the sandbox has started (None: the one behind sudo, else `assay`).
    `allowed_hosts`: names that the server answers to besides its addresses; `*` among them: any.
    `log_level`: as in `logging`; nothing below it is written.
    `slots`: how many submissions are judged at once; one a core unless told otherwise.
    `slots_max`: how many the sandbox is made for: `slots` may grow so far without another. Not said: `slots`.
    `settings_file`, `said_in_file`: what more was read than flags and environment (file.py); None: nothing.
    `warm_root`: where the toolchains' warm files lie (languages/warm.py); None: none are used.
    `compile_cache`: whether what a compilation made is kept for the submitter's next one.
    `testlib`: the operator's testlib.h, for packages whose programs need one and that bring none; None: none.
    `rubric`, `role`: by what assessments are scored, a shipped rubric or the path of one, and for which work.
    `attack_gate`: whether a sandbox must have withstood the attacks before it judges (operate/attacks).
    `crash_plan`: where this process is to die, for tests (crash_points.py); None: nowhere.
    `docker`: the engine that runs programs instead of the cell; None: the cell does.
    """

    data_dir: Path
    database_url: str
    database_read_url: str | None
    read_lag_seconds_max: float
    events_url: str
    cache_url: str
    queue_url: str
    queue_window: int | None
    blob_url: str
    s3: S3Settings | None
    blob_cache_bytes: int
    host: str
    allowed_hosts: frozenset[str]
    port: int
    slots: int
    slots_max: int
    lease_seconds: float
    heartbeat_seconds: float
    log_level: int
    practice_depth_max: int
    practice_age_seconds_max: float
    metrics: bool
    metrics_port: int | None
    operator_token: str | None
    user: str | None
    cell_binary: Path
    first_slot_uid: int
    attack_gate: bool
    warm_root: Path | None
    compile_cache: bool
    testlib: Path | None
    rubric: str
    role: str
    crash_plan: CrashPlan | None
    docker: DockerSettings | None
    environment: Mapping[str, str]
    settings_file: Path | None
    said_in_file: Mapping[str, str] = field(repr=False)

    @property
    def queue_kind(self) -> QueueKind:
        if self.queue_url == "sql:":
            return QueueKind.SQL
        return QueueKind.KAFKA if self.queue_url.startswith("kafka") else QueueKind.REDIS

    @property
    def sqlite_path(self) -> Path | None:
        """The file of the database; None when a server has it."""
        parts = urlsplit(self.database_url)
        return Path(unquote(parts.path)) if parts.scheme == "sqlite" else None

    @property
    def blob_dir(self) -> Path | None:
        """The folder of the test data; None when a bucket has them."""
        return Path(unquote(urlsplit(self.blob_url).path)) if self.s3 is None else None

    @property
    def said(self) -> Mapping[str, str]:
        """All that was said by name: by the environment, and below it by the file."""
        return {**self.said_in_file, **self.environment}

    @property
    def operator_files(self) -> tuple[Path, ...]:
        """What the ordinary user must be able to read of the operator's own."""
        named = (self.testlib, self.settings_file, self.rubric_file)
        return tuple(path for path in named if path is not None)

    @property
    def rubric_file(self) -> Path | None:
        """The operator's own rubric; None: it is one that ships."""
        return Path(self.rubric) if "/" in self.rubric else None

    @property
    def data_places(self) -> tuple[Path, ...]:
        """The data folder, and those of database and test data where they are elsewhere."""
        named = [path.parent for path in (self.sqlite_path, self.blob_dir) if path is not None]
        return (self.data_dir, *(place for place in named if not place.is_relative_to(self.data_dir)))
