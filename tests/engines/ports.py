"""A place to listen that nobody else has."""

import secrets
import socket

# Below what Linux gives to outgoing connections (32768 on), of which the tests make many: one of these, made
# before a slow server gets to listening, would be in its way.
_LOWEST, _HIGHEST = 15_000, 32_000
_ATTEMPTS = 100


def free_port() -> int:
    """A port of 127.0.0.1 that was free a moment ago, and that only another test might take: by chance."""
    for _ in range(_ATTEMPTS):
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError(f"no port is free between {_LOWEST} and {_HIGHEST}")
