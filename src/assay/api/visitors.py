"""Whose requests are answered: a server without accounts is protected by where it listens, so no page of
another site may borrow its visitor's browser to reach it.

Two ways in have to be shut. A page may make its own host name point at our address (DNS rebinding): then its
requests carry that name in `Host`, so only addresses and known names are served. And a page may send requests
here as they are: then the browser says whose page it was in `Origin`. Programs send no Origin and name the
address that they were given.

Source: RFC 9110, sections 7.2 (Host) and 7.4 (421); the Fetch standard, "`Origin` header".
"""

from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
import re

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from assay.api.refusals import ProblemResponse

ANY_HOST = "*"
AUTHORITIES_KEPT_MAX = 256  # by which it was called, and whether it serves them: nearly all call it by one
_CHANGES_NOTHING = ("GET", "HEAD", "OPTIONS")
_CLOSE_REFUSED = 1008  # RFC 6455, section 7.4.1: a violation of the server's policy
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:/@]+)(?::[0-9]*)?")


class Visitors:
    """ASGI middleware that turns away what a page of another site sent.

    The server answers to its addresses, to `localhost`, to `own_host`, which it listens on, and to
    `allowed_hosts`, in lower case; with `*` among these to any name.
    """

    def __init__(self, app: ASGIApp, *, own_host: str, allowed_hosts: frozenset[str]) -> None:
        self._app = app
        self._allowed_hosts = allowed_hosts
        self._names = allowed_hosts | {"localhost", own_host.lower()}
        self._is_served = lru_cache(AUTHORITIES_KEPT_MAX)(self._serves)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):  # the server's own start and stop
            await self._app(scope, receive, send)
            return
        refusal = self._refusal_of(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await deny(WebSocket(scope, receive, send), refusal)

    def _refusal_of(self, scope: Scope) -> Response | None:
        hosts, origins, fetch_sites = _said_of_origin(scope)
        if len(hosts) > 1 or not all(self._is_served(host) for host in hosts):
            return ProblemResponse(
                421,
                f"this server does not serve the host {', '.join(hosts)[:100]!r}. Call it by its address or "
                "localhost, or name the host in ASSAY_ALLOWED_HOSTS when starting the server",
                code="host_not_served",
                field="Host",
            )
        # A socket's handshake is a GET, but what it opens can be read across origins.
        asks_for_leave = scope["type"] == "websocket" or scope["method"] not in _CHANGES_NOTHING
        if asks_for_leave and not self._is_own_page(hosts, origins, fetch_sites):
            return ProblemResponse(
                403,
                "a page of another origin may not do this here. If this server has other names (behind a "
                "proxy, say), name them in ASSAY_ALLOWED_HOSTS when starting it",
                code="cross_origin",
                field="Origin",
            )
        return None

    def _serves(self, authority: str) -> bool:
        host = host_of(authority)
        return host is not None and (ANY_HOST in self._names or host in self._names or _is_address(host))

    def _is_own_page(self, hosts: list[str], origins: list[str], fetch_sites: list[str]) -> bool:
        """Whether the page is one of ours; true for programs, which have none.

        Besides the very host and port that were called, an origin may be one of the names that the operator
        listed, without a port: a proxy may call us by another name than the browser calls the proxy.
        Browsers that hide the origin where there is to be no referrer say `null`, and say the rest in
        `Sec-Fetch-Site`, which no page can set (W3C Fetch Metadata).
        """
        if not origins or fetch_sites == ["same-origin"]:
            return True
        own = self._allowed_hosts | {host.lower() for host in hosts or [""]}
        return all(origin.rpartition("://")[2].lower() in own for origin in origins)


def _said_of_origin(scope: Scope) -> tuple[list[str], list[str], list[str]]:
    """What the headers Host, Origin and Sec-Fetch-Site say, in one look at them all: so with each request."""
    hosts: list[str] = []
    origins: list[str] = []
    fetch_sites: list[str] = []
    for name, value in scope["headers"]:  # names come in lower case
        match name:
            case b"host":
                hosts.append(value.decode("latin-1"))
            case b"origin":
                origins.append(value.decode("latin-1"))
            case b"sec-fetch-site":
                fetch_sites.append(value.decode("latin-1"))
            case _:
                pass
    return hosts, origins, fetch_sites


def host_of(authority: str) -> str | None:
    """The host of `host:port`, in lower case; None when it is no such thing."""
    match = _AUTHORITY.fullmatch(authority)
    return None if match is None else match["host"].lower()


async def deny(websocket: WebSocket, response: Response) -> None:
    """Refuse the handshake with a proper HTTP answer where the server can, else by closing."""
    if "websocket.http.response" in websocket.scope.get("extensions", {}):
        await websocket.send_denial_response(response)
    else:
        await websocket.close(_CLOSE_REFUSED)


def _is_address(host: str) -> bool:
    """An address cannot be made to point elsewhere, so no page can have it as its own name."""
    try:
        IPv6Address(host[1:-1]) if host.startswith("[") else IPv4Address(host)
    except AddressValueError:
        return False
    return True
