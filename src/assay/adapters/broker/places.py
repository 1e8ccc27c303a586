"""Where a server is, as its URL names it: the same for each kind of server."""

from urllib.parse import urlsplit

from assay.errors import UsageError

PORT_MAX = 65_535


def read_place(place: str, *, what: str, scheme: str, port: int) -> tuple[str, int]:
    """The host and port of one server of a URL: a name, an IPv4 address, or an IPv6 address in brackets.

    `port`: the usual one; `what` and `scheme` are for the refusal. Raises `UsageError`.
    """
    try:
        parts = urlsplit(f"//{place}")
        host, named = parts.hostname, parts.port
    except ValueError:
        host, named = None, None
    if not host or named == 0:
        raise UsageError(
            f"a {what} server is named by its host and a port up to {PORT_MAX}: {scheme}://host:{port}"
        )
    return host, named or port
