"""Where a Redis is, read from a URL.

redis://user:password@host:6379/0           one server, database 0
rediss://host:6380?ca=/etc/ssl/redis.pem    the same with TLS; `ca`: by whom its certificate is, if not by
                                            one of those that this machine trusts
redis+cluster://h1:6379,h2:6379             a cluster, by some of its servers; rediss+cluster:// with TLS
"""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from assay.adapters.broker.places import read_place
from assay.errors import UsageError

PORT = 6379
_SCHEMES = ("redis", "rediss", "redis+cluster", "rediss+cluster")


@dataclass(frozen=True, kw_only=True)
class Address:
    """`servers`: one, or some of a cluster's. `ca_file`: None: whom this machine trusts."""

    servers: tuple[tuple[str, int], ...]
    is_cluster: bool
    has_tls: bool
    database: int
    username: str | None
    password: str | None = field(repr=False)
    ca_file: Path | None
    shown: str

    def key(self, kind: str, identity: str) -> str:
        """The name of a key. In a cluster all that belong to one identity lie on one server."""
        return f"{kind}:{{{identity}}}" if self.is_cluster else f"{kind}:{identity}"


def read_address(url: str) -> Address:
    """Raises `UsageError`, which does not repeat what may be secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UsageError("what should name a Redis is no URL") from None
    if parts.scheme not in _SCHEMES:
        raise UsageError(f"a Redis is named by one of {', '.join(f'{scheme}://' for scheme in _SCHEMES)}")
    owner, _, places = parts.netloc.rpartition("@")
    username, _, password = owner.partition(":")
    is_cluster = parts.scheme.endswith("+cluster")
    servers = tuple(_server(place) for place in places.split(","))
    if len(servers) > 1 and not is_cluster:
        raise UsageError("of several Redis servers only a cluster can be named: redis+cluster://…")
    return Address(
        servers=servers,
        is_cluster=is_cluster,
        has_tls=parts.scheme.startswith("rediss"),
        database=_database(parts.path, is_cluster=is_cluster),
        username=unquote(username) or None,
        password=unquote(password) or None,
        ca_file=_ca_file(parts),
        shown=f"{parts.scheme}://{places}{parts.path}",
    )


def _server(place: str) -> tuple[str, int]:
    return read_place(place, what="Redis", scheme="redis", port=PORT)


def _database(path: str, *, is_cluster: bool) -> int:
    number = path.strip("/") or "0"
    if not (number.isascii() and number.isdecimal()):
        raise UsageError("after its host a Redis is given the number of a database: redis://host:6379/0")
    if is_cluster and int(number) != 0:
        raise UsageError("a Redis cluster has database 0 only")
    return int(number)


def _ca_file(parts: SplitResult) -> Path | None:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    ca_file = options.pop("ca", None)
    if options or (ca_file is not None and not parts.scheme.startswith("rediss")):
        raise UsageError("a Redis with TLS (rediss://) takes the option ca=/path/of/a.pem, and no other")
    if ca_file is None:
        return None
    if not Path(ca_file).is_file():
        raise UsageError("the option ca of a Redis is the path of a file with certificates; there is none")
    return Path(ca_file)
