"""Where a server listens, and what it is called by there."""

import socket

from assay.errors import Unavailable

LISTEN_BACKLOG = 2048


def listen_at(host: str, port: int) -> socket.socket:
    """Raises `Unavailable` when the place is taken, or is none."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(LISTEN_BACKLOG)
    except OSError as error:
        raise Unavailable(
            f"cannot listen on {host}:{port}: {error.strerror}. "
            "Name another place with --host and --port; port 0 picks a free one"
        ) from error
    return listener


def url_of(listener: socket.socket) -> str:
    """The URL of what is served there."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
