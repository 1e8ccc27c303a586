"""Where a Redis is, read from a URL.

redis://user:password@host:6379/0           one server, database 0
rediss://host:6380?ca=/etc/ssl/redis.pem    the same with TLS; `ca`, `cert` and `key`: see broker/trust.py;
                                            a `password_file` may have the password, with and without TLS
redis+cluster://h1:6379,h2:6379             a cluster, by some of its servers; rediss+cluster:// with TLS
"""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from assay.adapters.broker.places import read_place
from assay.adapters.broker.trust import OPTIONS, Trust, read_password, read_trust
from assay.errors import UsageError

PORT = 6379
_SCHEMES = ("redis", "rediss", "redis+cluster", "rediss+cluster")


@dataclass(frozen=True, kw_only=True)
class Address:
    """`servers`: one, or some of a cluster's."""

    servers: tuple[tuple[str, int], ...]
    is_cluster: bool
    has_tls: bool
    database: int
    username: str | None
    password: str | None = field(repr=False)
    trust: Trust
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
    options, has_tls = _options(parts.query), parts.scheme.startswith("rediss")
    is_cluster = parts.scheme.endswith("+cluster")
    servers = tuple(_server(place) for place in places.split(","))
    if len(servers) > 1 and not is_cluster:
        raise UsageError("of several Redis servers only a cluster can be named: redis+cluster://…")
    return Address(
        servers=servers,
        is_cluster=is_cluster,
        has_tls=has_tls,
        database=_database(parts.path, is_cluster=is_cluster),
        username=unquote(username) or None,
        password=read_password(unquote(password) or None, options, what="Redis"),
        trust=read_trust(options, has_tls=has_tls, what="Redis", scheme="rediss"),
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


def _options(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    options = dict(pairs)
    if len(options) < len(pairs) or not options.keys() <= set(OPTIONS):
        raise UsageError(f"a Redis takes the options {', '.join(OPTIONS)}, each once, and no others")
    return options
