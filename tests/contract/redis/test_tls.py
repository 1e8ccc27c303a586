"""A Redis with TLS: its certificate is checked."""

from collections.abc import Iterator
from pathlib import Path
import subprocess

import pytest

from assay.adapters.redis.address import read_address
from assay.adapters.redis.connection import Keys
from assay.errors import Unavailable
from tests.engines.ports import free_port
from tests.engines.redis import running_redis


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The port with TLS, and whom to trust."""
    folder, port = tmp_path_factory.mktemp("tls"), free_port()
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", str(key), "-out", str(certificate),
        ],
        check=True, capture_output=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    options = {
        "--tls-port": str(port),
        "--tls-cert-file": str(certificate),
        "--tls-key-file": str(key),
        "--tls-ca-cert-file": str(certificate),
        "--tls-auth-clients": "no",
    }
    with running_redis(more=[word for option in options.items() for word in option]):
        yield port, certificate


async def test_an_authority_of_ones_own_is_trusted_if_it_is_named(place: tuple[int, Path]) -> None:
    port, certificate = place
    keys = Keys(read_address(f"rediss://127.0.0.1:{port}?ca={certificate}"))
    assert await keys.ask("ECHO", "hello") == b"hello"
    await keys.close()


async def test_nobody_else_is(place: tuple[int, Path]) -> None:
    port, certificate = place
    for url in (f"rediss://127.0.0.1:{port}", f"rediss://localhost:{port}?ca={certificate}"):
        keys = Keys(read_address(url))
        with pytest.raises(Unavailable, match=r"(?i)certificate"):
            await keys.ask("ECHO", "hello")
        await keys.close()
