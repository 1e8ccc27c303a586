"""Where a Kafka is, read from a URL.

kafka://h1:9092,h2:9092                        some of its servers
kafka+ssl://h1:9093?ca=/etc/ssl/kafka.pem      with TLS; `ca`, `cert` and `key`: see broker/trust.py
kafka+ssl://user:password@h1:9093?sasl=plain   as somebody; `sasl`: scram-sha-512 (as it is not said),
                                               scram-sha-256 or plain; the password may be in a
                                               `password_file`
…?partitions=12&replicas=3                     topics that are missing are made so; else by an operator
…?fetch_wait_ms=10                             how long a server keeps a worker's question when there is
                                               nothing; less than 500 is for those that keep it so long
                                               though something came meanwhile, as Kafka does not
"""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from assay.adapters.broker.places import read_place
from assay.adapters.broker.trust import OPTIONS as TRUST_OPTIONS
from assay.adapters.broker.trust import Trust, read_password, read_trust
from assay.errors import UsageError

PORT = 9092
PARTITIONS_MAX = 1000  # of a topic: more serve no number of workers
REPLICAS_MAX = 100
FETCH_WAIT_MS = 500  # if nothing is said, and the most: longer saves nothing
_SCHEMES = {"kafka": False, "kafka+ssl": True}
_MECHANISMS = {"scram-sha-512": "SCRAM-SHA-512", "scram-sha-256": "SCRAM-SHA-256", "plain": "PLAIN"}
_OPTIONS = (*TRUST_OPTIONS, "fetch_wait_ms", "partitions", "replicas", "sasl")


@dataclass(frozen=True, kw_only=True)
class Making:
    """How topics are made that are missing."""

    partitions: int
    replicas: int


@dataclass(frozen=True, kw_only=True)
class Address:
    """`servers`: some of them. `making`: None: by others."""

    servers: tuple[tuple[str, int], ...]
    has_tls: bool
    username: str | None
    password: str | None = field(repr=False)
    mechanism: str
    trust: Trust
    making: Making | None
    fetch_wait_ms: int
    shown: str

    @property
    def places(self) -> str:
        """As Kafka's programs take them."""
        return ",".join(
            f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.servers
        )


def read_address(url: str) -> Address:
    """Raises `UsageError`, which does not repeat what may be secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UsageError("what should name a Kafka is no URL") from None
    if parts.scheme not in _SCHEMES:
        raise UsageError("a Kafka is named by kafka:// or, with TLS, by kafka+ssl://")
    if parts.path.strip("/") or parts.fragment:
        raise UsageError("a Kafka is named by its servers alone: its topics have names of their own")
    owner, _, places = parts.netloc.rpartition("@")
    username, _, password = owner.partition(":")
    options = _options(parts.query)
    secret = read_password(unquote(password) or None, options, what="Kafka")
    if bool(username) != bool(secret):
        raise UsageError("who is to be somebody on a Kafka has a name and a password: user:password@")
    if "sasl" in options and not username:
        raise UsageError("the option sasl of a Kafka says how a password is shown, and there is none")
    return Address(
        servers=tuple(_server(place) for place in places.split(",")),
        has_tls=_SCHEMES[parts.scheme],
        username=unquote(username) or None,
        password=secret,
        mechanism=_mechanism(options.get("sasl", "scram-sha-512")),
        trust=read_trust(options, has_tls=_SCHEMES[parts.scheme], what="Kafka", scheme="kafka+ssl"),
        making=_making(options),
        fetch_wait_ms=_fetch_wait_ms(options),
        shown=f"{parts.scheme}://{places}",
    )


def _options(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    options = dict(pairs)
    if len(options) < len(pairs) or not options.keys() <= set(_OPTIONS):
        raise UsageError(f"a Kafka takes the options {', '.join(_OPTIONS)}, each once, and no others")
    return options


def _server(place: str) -> tuple[str, int]:
    return read_place(place, what="Kafka", scheme="kafka", port=PORT)


def _mechanism(name: str) -> str:
    if name not in _MECHANISMS:
        raise UsageError(f"the option sasl of a Kafka is one of {', '.join(_MECHANISMS)}")
    return _MECHANISMS[name]


def _making(options: dict[str, str]) -> Making | None:
    if "partitions" not in options and "replicas" not in options:
        return None
    return Making(
        partitions=_making_number(options, "partitions", PARTITIONS_MAX),
        replicas=_making_number(options, "replicas", REPLICAS_MAX),
    )


def _fetch_wait_ms(options: dict[str, str]) -> int:
    if "fetch_wait_ms" not in options:
        return FETCH_WAIT_MS
    number = _number(options["fetch_wait_ms"], FETCH_WAIT_MS)
    if number is None:
        raise UsageError(f"the option fetch_wait_ms of a Kafka is a number from 1 to {FETCH_WAIT_MS}")
    return number


def _making_number(options: dict[str, str], name: str, largest: int) -> int:
    number = _number(options.get(name, ""), largest)
    if number is None:
        raise UsageError(
            f"who lets topics be made says partitions and replicas; {name} is a number from 1 to {largest}"
        )
    return number


def _number(words: str, largest: int) -> int | None:
    if words.isascii() and words.isdecimal() and len(words) < 6 and 1 <= int(words) <= largest:
        return int(words)
    return None
