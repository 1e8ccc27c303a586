"""A Redis with TLS: its certificate is checked, and it may check ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assay.adapters.redis.address import read_address
from assay.adapters.redis.connection import Keys
from assay.errors import Unavailable
from tests.engines.certificates import Certificate, make_certificate
from tests.engines.ports import free_port
from tests.engines.redis import RedisServer, running_redis


@dataclass(frozen=True, kw_only=True)
class Place:
    """A Redis that has TLS at `port` and asks nobody who he is, until it is told to."""

    server: RedisServer
    port: int
    certificate: Certificate


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    certificate, port = make_certificate(tmp_path_factory.mktemp("tls"), "redis"), free_port()
    options = {
        "--tls-port": str(port),
        "--tls-cert-file": str(certificate.path),
        "--tls-key-file": str(certificate.key),
        "--tls-ca-cert-file": str(certificate.path),
        "--tls-auth-clients": "no",
    }
    with running_redis(more=[word for option in options.items() for word in option]) as server:
        yield Place(server=server, port=port, certificate=certificate)


async def hello(url: str) -> object:
    keys = Keys(read_address(url))
    try:
        return await keys.ask("ECHO", "hello")
    finally:
        await keys.close()


async def test_an_authority_of_ones_own_is_trusted_if_it_is_named(place: Place) -> None:
    assert await hello(f"rediss://127.0.0.1:{place.port}?ca={place.certificate.path}") == b"hello"


async def test_nobody_else_is(place: Place) -> None:
    for url in (
        f"rediss://127.0.0.1:{place.port}",
        f"rediss://localhost:{place.port}?ca={place.certificate.path}",
    ):
        with pytest.raises(Unavailable, match=r"(?i)certificate"):
            await hello(url)


async def test_who_is_asked_for_a_certificate_shows_the_one_that_the_url_names(place: Place) -> None:
    ours, url = place.certificate, f"rediss://127.0.0.1:{place.port}?ca={place.certificate.path}"
    place.server.ask("CONFIG", "SET", "tls-auth-clients", "yes")
    try:
        with pytest.raises(Unavailable):
            await hello(url)
        assert await hello(f"{url}&cert={ours.path}&key={ours.key}") == b"hello"
    finally:
        place.server.ask("CONFIG", "SET", "tls-auth-clients", "no")


async def test_a_password_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    with running_redis(password="s3cret") as server:
        assert await hello(f"redis://127.0.0.1:{server.port}?password_file={tmp_path}/secret") == b"hello"
