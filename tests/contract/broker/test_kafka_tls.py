"""A Kafka with TLS: its certificate is checked, and it may check ours. TLS is a proxy's here, not Tansu's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
import ssl

import pytest

from assay.adapters.kafka.address import read_address
from assay.adapters.kafka.broker import KafkaBroker
from assay.errors import Unavailable
from tests.contract.broker.test_broker import announcement, names, received
from tests.engines.certificates import Certificate, make_certificate
from tests.engines.kafka import OPTIONS, running_kafka
from tests.engines.proxy import running_proxy


@dataclass(frozen=True, kw_only=True)
class Place:
    url: str
    certificate: Certificate


@contextmanager
def kafka_with_tls(folder: Path, *, asks: bool) -> Iterator[Place]:
    """`asks`: for a certificate that its authority, which is its own, has signed."""
    certificate = make_certificate(folder, "kafka")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate.path, certificate.key)
    if asks:
        tls.load_verify_locations(certificate.path)
        tls.verify_mode = ssl.CERT_REQUIRED
    with running_proxy(0, tls=tls) as proxy, running_kafka(advertised_port=proxy.port) as server:
        proxy.point_to(server.port)
        yield Place(url=f"kafka+ssl://127.0.0.1:{proxy.port}", certificate=certificate)


async def announce_one(url: str) -> list[str]:
    broker = KafkaBroker(read_address(f"{url}&partitions=1&replicas=1"), options=OPTIONS)
    try:
        await broker.announce([announcement("s1")])
        return names(await received(broker, 1))
    finally:
        await broker.close()


async def is_refused(url: str) -> str:
    """In which words."""
    broker = KafkaBroker(read_address(url), options={**OPTIONS, "message.timeout.ms": 1000})
    try:
        with pytest.raises(Unavailable) as refusal:
            await broker.announce([announcement("s1")])
        return refusal.value.message
    finally:
        await broker.close()


async def test_an_authority_of_ones_own_is_trusted_if_it_is_named(tmp_path: Path) -> None:
    with kafka_with_tls(tmp_path, asks=False) as place:
        assert await announce_one(f"{place.url}?ca={place.certificate.path}") == ["s1"]
        stranger = make_certificate(tmp_path, "stranger")
        assert "certificate verify failed" in await is_refused(f"{place.url}?ca={stranger.path}")


async def test_who_is_asked_for_a_certificate_shows_the_one_that_the_url_names(tmp_path: Path) -> None:
    with kafka_with_tls(tmp_path, asks=True) as place:
        ours, url = place.certificate, f"{place.url}?ca={place.certificate.path}"
        assert await announce_one(f"{url}&cert={ours.path}&key={ours.key}") == ["s1"]
        assert await is_refused(url)
