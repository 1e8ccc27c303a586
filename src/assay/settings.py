"""The only reader of the environment. Every setting is `ASSAY_…`, and a command's flag wins over it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import logging
import os
from pathlib import Path
import re
import shutil
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from assay.crash_points import CrashPlan, read_plan
from assay.errors import UsageError

# Made by root for every user of this machine, like the JDK's own class data, which are below /usr/lib, too.
WARM_ROOT = Path("/usr/lib/assay/warm")
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8700
LEASE_SECONDS = 30.0
TOKEN_CHARACTERS_MIN = 16  # fewer can be found by trying
PRACTICE_DEPTH_MAX = 10_000  # at ten a second, who comes now waits for a quarter of an hour
PRACTICE_AGE_SECONDS_MAX = 900.0
DEFAULT_REGION = "us-east-1"  # what stores that have no regions want to be asked for
BLOB_CACHE_BYTES = 10 << 30  # the test data of some hundred problems
SECONDS_MIN = 0.1  # below, leases would run out while a machine draws breath
LOG_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_HOST_NAME = re.compile(r"\*|[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"([\w!.*'()-]*[\w!*'()-][\w!.*'()-]*/)*", re.ASCII)  # no . or .. among its names
_ENDPOINT = re.compile(r"https?://[\w.-]+(:\d{1,5})?|https?://\[[0-9a-f:.]+\](:\d{1,5})?", re.ASCII)
_REGION = re.compile(r"[a-z0-9-]+")
_TOKEN = re.compile(rf"[\x21-\x7e]{{{TOKEN_CHARACTERS_MIN},}}")
FIRST_SLOT_UID = (
    64_000  # Debian leaves 60000-64999 to packages that ask for fixed ids; none of its own is here
)


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
    `blob_url`: where test data are kept; a folder in `data_dir` unless told otherwise.
    `events_url`: what wakes other processes and carries events: `memory:` (the sockets of this machine, with
    SQLite), `postgresql:` (the database) or a Redis; what goes with the database unless told otherwise.
    `cache_url`: where results are kept that were read before: `memory:` (each process of doors) or a Redis.
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
    `warm_root`: where the toolchains' warm files lie (languages/warm.py); None: none are used.
    `compile_cache`: whether what a compilation made is kept for the submitter's next one.
    `testlib`: the operator's testlib.h, for packages whose programs need one and that bring none; None: none.
    `attack_gate`: whether a sandbox must have withstood the attacks before it judges (operate/attacks).
    `crash_plan`: where this process is to die, for tests (crash_points.py); None: nowhere.
    `docker`: the engine that runs programs instead of the cell; None: the cell does.
    """

    data_dir: Path
    database_url: str
    events_url: str
    cache_url: str
    blob_url: str
    s3: S3Settings | None
    blob_cache_bytes: int
    host: str
    allowed_hosts: frozenset[str]
    port: int
    slots: int
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
    crash_plan: CrashPlan | None
    docker: DockerSettings | None
    environment: Mapping[str, str]

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
    def operator_files(self) -> tuple[Path, ...]:
        """What the ordinary user must be able to read of the operator's own."""
        return () if self.testlib is None else (self.testlib,)

    @property
    def data_places(self) -> tuple[Path, ...]:
        """The data folder, and those of database and test data where they are elsewhere."""
        named = [path.parent for path in (self.sqlite_path, self.blob_dir) if path is not None]
        return (self.data_dir, *(place for place in named if not place.is_relative_to(self.data_dir)))


def read_settings(
    environment: Mapping[str, str],
    *,
    data_dir: Path | None = None,
    database_url: str | None = None,
    events_url: str | None = None,
    cache_url: str | None = None,
    host: str | None = None,
    port: int | None = None,
    slots: int | None = None,
) -> Settings:
    """Flags first, then the environment, then the defaults. Raises `UsageError` naming the setting."""
    data_dir = (
        data_dir or Path(environment.get("ASSAY_DATA_DIR") or default_data_dir(environment))
    ).absolute()
    blob_url = environment.get("ASSAY_BLOB_URL") or f"file://{quote(str(data_dir))}/blobs"
    lease_seconds = _seconds(environment, "ASSAY_LEASE_SECONDS", default=LEASE_SECONDS, highest=3600)
    database_url = _database_url(
        database_url
        or environment.get("ASSAY_DATABASE_URL")
        or f"sqlite://{quote(str(data_dir))}/assay.sqlite3"
    )
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        events_url=_events_url(
            events_url or environment.get("ASSAY_EVENTS_URL", ""),
            is_on_sqlite=database_url.startswith("sqlite:"),
        ),
        cache_url=_cache_url(cache_url or environment.get("ASSAY_CACHE_URL") or "memory:"),
        blob_url=blob_url,
        s3=_blob_place(blob_url, environment),
        blob_cache_bytes=_number(
            environment,
            "ASSAY_BLOB_CACHE_BYTES",
            None,
            default=BLOB_CACHE_BYTES,
            lowest=1 << 20,
            highest=1 << 60,
        ),
        host=host or environment.get("ASSAY_HOST") or DEFAULT_HOST,
        allowed_hosts=_host_names(environment.get("ASSAY_ALLOWED_HOSTS", "")),
        port=_number(environment, "ASSAY_PORT", port, default=DEFAULT_PORT, lowest=0, highest=65_535),
        slots=_number(environment, "ASSAY_SLOTS", slots, default=usable_cores(), lowest=1, highest=1024),
        lease_seconds=lease_seconds,
        heartbeat_seconds=_seconds(
            environment, "ASSAY_HEARTBEAT_SECONDS", default=lease_seconds / 3, highest=lease_seconds / 2
        ),
        log_level=_log_level(environment),
        practice_depth_max=_number(
            environment,
            "ASSAY_PRACTICE_DEPTH_MAX",
            None,
            default=PRACTICE_DEPTH_MAX,
            lowest=1,
            highest=10_000_000,
        ),
        practice_age_seconds_max=_seconds(
            environment, "ASSAY_PRACTICE_AGE_SECONDS_MAX", default=PRACTICE_AGE_SECONDS_MAX, highest=86_400
        ),
        metrics=_is_on(environment, "ASSAY_METRICS"),
        metrics_port=(
            _number(environment, "ASSAY_METRICS_PORT", None, default=0, lowest=1, highest=65_535)
            if environment.get("ASSAY_METRICS_PORT")
            else None
        ),
        operator_token=_operator_token(environment),
        user=environment.get("ASSAY_USER") or None,
        cell_binary=Path(environment.get("ASSAY_CELL") or _find_cell()),
        first_slot_uid=_number(
            environment, "ASSAY_FIRST_SLOT_UID", None, default=FIRST_SLOT_UID, lowest=1000, highest=2**31
        ),
        attack_gate=_is_on(environment, "ASSAY_ATTACK_GATE"),
        warm_root=_warm_root(environment),
        compile_cache=_is_on(environment, "ASSAY_COMPILE_CACHE"),
        testlib=_testlib(environment),
        crash_plan=read_plan(environment.get("ASSAY_CRASH_POINT", "")),
        docker=_docker(environment),
        environment=environment,
    )


def _database_url(text: str) -> str:
    """Never repeated in a refusal: it may hold a password."""
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise UsageError(f"ASSAY_DATABASE_URL is no URL: {error}") from None
    if parts.scheme == "sqlite":
        if parts.netloc or not parts.path.startswith("/") or parts.path.endswith("/"):
            raise UsageError(
                "ASSAY_DATABASE_URL names a SQLite file by its whole path: sqlite:///var/lib/a.sqlite3"
            )
    elif parts.scheme not in ("postgresql", "postgres"):
        raise UsageError(
            "ASSAY_DATABASE_URL begins with sqlite:// or postgresql://"
            + (f", not {parts.scheme}://" if parts.scheme else "")
        )
    return text


def _events_url(url: str, *, is_on_sqlite: bool) -> str:
    """Like all that may hold a password, not repeated in a refusal."""
    own = "memory:" if is_on_sqlite else "postgresql:"
    if url in ("", own) or _names_redis(url):
        return url or own
    if url == "postgresql:":
        raise UsageError(
            "ASSAY_EVENTS_URL is postgresql: only where ASSAY_DATABASE_URL is one, and it is SQLite"
        )
    if url == "memory:":
        raise UsageError(
            "ASSAY_EVENTS_URL is memory: only with SQLite: PostgreSQL's hosts would not be reached"
        )
    raise UsageError("ASSAY_EVENTS_URL is memory:, postgresql: (without more) or begins with redis://")


def _cache_url(url: str) -> str:
    if url != "memory:" and not _names_redis(url):
        raise UsageError("ASSAY_CACHE_URL is memory: or begins with redis://")
    return url


def _names_redis(url: str) -> bool:
    """Its adapter knows what else must be right."""
    return url.startswith(("redis:", "rediss:", "redis+cluster:", "rediss+cluster:"))


def _blob_place(url: str, environment: Mapping[str, str]) -> S3Settings | None:
    """The bucket with its keys; None for a folder. Never repeated in a refusal: it may have keys in it."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UsageError(f"ASSAY_BLOB_URL is no URL: {error}") from None
    if parts.scheme == "file":
        if parts.netloc or not parts.path.startswith("/"):
            raise UsageError("ASSAY_BLOB_URL names a folder by its whole path: file:///var/lib/assay/blobs")
        return None
    if parts.scheme != "s3":
        raise UsageError("ASSAY_BLOB_URL begins with file:// or s3://")
    prefix = parts.path.strip("/")
    if not _BUCKET.fullmatch(parts.netloc) or not _PREFIX.fullmatch(f"{prefix}/" if prefix else ""):
        raise UsageError("ASSAY_BLOB_URL names a bucket, and perhaps a prefix: s3://bucket/prefix?region=…")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.fragment or options.keys() - {"endpoint", "region"}:
        raise UsageError("ASSAY_BLOB_URL has endpoint=… and region=… after its '?', and nothing else")
    endpoint, region = options.get("endpoint"), options.get("region", DEFAULT_REGION)
    if endpoint is not None and not _ENDPOINT.fullmatch(endpoint.rstrip("/")):
        raise UsageError("the endpoint in ASSAY_BLOB_URL is http:// or https://, a name, and perhaps a port")
    if not _REGION.fullmatch(region):
        raise UsageError("the region in ASSAY_BLOB_URL is a name such as eu-central-1")
    access_key_id = environment.get("AWS_ACCESS_KEY_ID", "")
    secret_access_key = environment.get("AWS_SECRET_ACCESS_KEY", "")
    if not access_key_id or not secret_access_key:
        raise UsageError(
            "test data in a bucket need its keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    return S3Settings(
        bucket=parts.netloc,
        prefix=prefix,
        endpoint=None if endpoint is None else endpoint.rstrip("/"),
        region=region,
        access_key_id=access_key_id,
        secret_access_key=secret_access_key,
        session_token=environment.get("AWS_SESSION_TOKEN") or None,
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


def _number(
    environment: Mapping[str, str], name: str, flag: int | None, *, default: int, lowest: int, highest: int
) -> int:
    text = environment.get(name, "")
    if flag is not None:  # said on the command line: then the setting's flag is what is wrong
        name = f"--{name.removeprefix('ASSAY_').lower()}"
    try:
        value = flag if flag is not None else int(text) if text else default
    except ValueError:
        raise UsageError(f"{name} must be a whole number, not {text!r}") from None
    if not lowest <= value <= highest:
        raise UsageError(f"{name} must lie between {lowest} and {highest}, not {value}")
    return value


def _seconds(environment: Mapping[str, str], name: str, *, default: float, highest: float) -> float:
    text = environment.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError:
        raise UsageError(f"{name} is a number of seconds, not {text!r}") from None
    if not SECONDS_MIN <= value <= highest:
        raise UsageError(f"{name} lies between {SECONDS_MIN:g} and {highest:g} seconds, not {text}")
    return value


def _host_names(text: str) -> frozenset[str]:
    names = {name.strip().lower() for name in text.split(",")} - {""}
    for name in names:
        if not _HOST_NAME.fullmatch(name):
            raise UsageError(
                f"ASSAY_ALLOWED_HOSTS lists names without port, separated by commas, or '*', not {name!r}"
            )
    return frozenset(names)


def _log_level(environment: Mapping[str, str]) -> int:
    name = environment.get("ASSAY_LOG_LEVEL") or "info"
    try:
        return LOG_LEVELS[name]
    except KeyError:
        raise UsageError(f"ASSAY_LOG_LEVEL is one of {', '.join(LOG_LEVELS)}, not {name!r}") from None


def _warm_root(environment: Mapping[str, str]) -> Path | None:
    text = environment.get("ASSAY_WARM") or "on"
    if text in ("on", "off"):
        return WARM_ROOT if text == "on" else None
    if not text.startswith("/usr/") or ".." in text.split("/"):
        # A compiler sees the folder at its own place, and no more of the host's than /usr and some of /etc.
        raise UsageError(f"ASSAY_WARM is on, off or a folder below /usr, not {text!r}")
    return Path(text)


def _testlib(environment: Mapping[str, str]) -> Path | None:
    text = environment.get("ASSAY_TESTLIB", "")
    if not text:
        return None
    path = Path(text).absolute()
    if not path.is_file():
        raise UsageError(f"ASSAY_TESTLIB is the path of a testlib.h; there is no file {text!r}")
    return path


def _is_on(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name) or "on"
    if text not in ("on", "off"):
        raise UsageError(f"{name} is on or off, not {text!r}")
    return text == "on"


def _operator_token(environment: Mapping[str, str]) -> str | None:
    token = environment.get("ASSAY_OPERATOR_TOKEN") or None
    if token is not None and not _TOKEN.fullmatch(token):
        raise UsageError(
            f"ASSAY_OPERATOR_TOKEN is {TOKEN_CHARACTERS_MIN} or more printable ASCII characters, no spaces"
        )
    return token


def _docker(environment: Mapping[str, str]) -> DockerSettings | None:
    kind = environment.get("ASSAY_SANDBOX") or "cell"
    if kind not in ("cell", "docker"):
        raise UsageError(f"ASSAY_SANDBOX is cell or docker, not {kind!r}")
    if kind == "cell":
        return None
    host = environment.get("ASSAY_DOCKER_HOST") or "unix:///var/run/docker.sock"
    path = host.removeprefix("unix://")
    if not path.startswith("/"):
        raise UsageError(f"ASSAY_DOCKER_HOST is the engine's unix socket (unix:///path), not {host!r}")
    image = environment.get("ASSAY_DOCKER_IMAGE", "")
    if not image:
        raise UsageError("ASSAY_SANDBOX=docker needs the image that programs run in: set ASSAY_DOCKER_IMAGE")
    device = environment.get("ASSAY_DOCKER_IO_DEVICE", "")
    if device and not device.startswith("/dev/"):
        raise UsageError(f"ASSAY_DOCKER_IO_DEVICE is a block device such as /dev/sda, not {device!r}")
    return DockerSettings(
        socket_path=Path(path),
        image=image,
        runtime=environment.get("ASSAY_DOCKER_RUNTIME") or None,
        init_binary=Path(environment.get("ASSAY_DOCKER_INIT") or _find_docker_init()).absolute(),
        io_device=Path(device) if device else None,
    )


def _find_cell() -> str:
    return _find_program("cell", "cell/build/cell")


def _find_docker_init() -> str:
    return _find_program("assay-init", "deploy/docker-sandbox/build/assay-init")


def _find_program(name: str, place: str) -> str:
    """A program of ours: this checkout's when run from one, else the one on the PATH."""
    from_checkout = Path(__file__).resolve().parents[2] / place
    if from_checkout.exists():
        return str(from_checkout)
    return shutil.which(name) or str(from_checkout)
