"""Where things are kept, as URLs. None is repeated in a refusal: it may hold a password."""

from collections.abc import Mapping
import re
from urllib.parse import parse_qsl, urlsplit

from assay.errors import UsageError
from assay.settings.model import S3Settings

DEFAULT_REGION = "us-east-1"  # what stores that have no regions want to be asked for
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"([\w!.*'()-]*[\w!*'()-][\w!.*'()-]*/)*", re.ASCII)  # no . or .. among its names
_ENDPOINT = re.compile(r"https?://[\w.-]+(:\d{1,5})?|https?://\[[0-9a-f:.]+\](:\d{1,5})?", re.ASCII)
_REGION = re.compile(r"[a-z0-9-]+")


def database_url_of(text: str) -> str:
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


def read_url_of(text: str, *, is_on_sqlite: bool) -> str | None:
    """Like the URL of the primary, never repeated in a refusal."""
    if not text:
        return None
    if is_on_sqlite:
        raise UsageError("ASSAY_DATABASE_READ_URL names a standby of PostgreSQL, and the database is SQLite")
    if not text.startswith(("postgresql://", "postgres://")):
        raise UsageError("ASSAY_DATABASE_READ_URL begins with postgresql://")
    return text


def events_url_of(url: str, *, is_on_sqlite: bool) -> str:
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


def cache_url_of(url: str) -> str:
    if url != "memory:" and not _names_redis(url):
        raise UsageError("ASSAY_CACHE_URL is memory: or begins with redis://")
    return url


def queue_url_of(url: str) -> str:
    if url != "sql:" and not _names_redis(url) and not url.startswith(("kafka:", "kafka+ssl:")):
        raise UsageError("ASSAY_QUEUE_URL is sql: (the database), or begins with redis:// or kafka://")
    return url


def _names_redis(url: str) -> bool:
    """Its adapter knows what else must be right."""
    return url.startswith(("redis:", "rediss:", "redis+cluster:", "rediss+cluster:"))


def blob_place(url: str, environment: Mapping[str, str]) -> S3Settings | None:
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
