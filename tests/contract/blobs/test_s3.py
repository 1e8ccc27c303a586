"""Blobs in a bucket: what is put there is proven, and what is wrong with it is said with its remedy."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
import hashlib
import os
from pathlib import Path
import socket
import threading

import obstore
from obstore.store import S3Store
import pytest

from assay.adapters.s3 import blobs as s3
from assay.adapters.s3.blobs import PART_BYTES, Bucket, S3Blobs
from assay.adapters.s3.patience import PAUSE_SECONDS
from assay.adapters.s3.trouble import BucketTrouble
from assay.domain.problem import DataRef
from assay.errors import Unavailable
from assay.problems.ports import BlobStore
from tests.engines.seaweed import ACCESS_KEY, SECRET_KEY, SeaweedServer

MANY_PARTS = os.urandom(1 << 16) * (2 * PART_BYTES // (1 << 16)) + b"and a bit"


def stored(bucket: Bucket) -> S3Store:
    """The bucket, seen by somebody else."""
    return S3Store(
        bucket.name,
        config={
            "endpoint": str(bucket.endpoint),
            "region": bucket.region,
            "access_key_id": ACCESS_KEY,
            "secret_access_key": SECRET_KEY,
        },
        client_options={"allow_http": True},
    )


def key(bucket: Bucket, ref: DataRef) -> str:
    return f"{bucket.prefix}/{ref[:2]}/{ref[2:]}"


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """A place that says that to whoever comes, or nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            while True:
                try:
                    connection = listener.accept()[0]
                except OSError:
                    return
                kept.append(connection)
                if answer is not None:
                    connection.recv(1 << 16)
                    connection.sendall(answer)
                    connection.close()

        kept: list[socket.socket] = []
        thread = threading.Thread(target=talk)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in kept:
                connection.close()


@pytest.mark.parametrize("from_descriptor", [False, True])
def test_a_large_blob_goes_up_and_comes_down_in_parts(
    bucket: Bucket, tmp_path: Path, from_descriptor: bool
) -> None:
    blobs = S3Blobs(bucket)
    (tmp_path / "input").write_bytes(MANY_PARTS)
    with (tmp_path / "input").open("rb") as file:
        ref = blobs.put(file.fileno() if from_descriptor else MANY_PARTS)
    size, chunks = blobs.fetch(ref)
    parts = list(chunks)
    assert (size, len(parts), b"".join(parts)) == (len(MANY_PARTS), 3, MANY_PARTS)
    found = obstore.head(stored(bucket), key(bucket, ref))
    assert str(found["e_tag"]).strip('"').endswith("-3"), "it was sent in three parts"


def test_what_is_there_already_is_not_sent_again(bucket: Bucket) -> None:
    blobs = S3Blobs(bucket)
    ref = blobs.put(b"once")
    before = obstore.head(stored(bucket), key(bucket, ref))
    obstore.put(stored(bucket), "other", b"so that time passes")
    assert blobs.put(b"once") == ref
    assert obstore.head(stored(bucket), key(bucket, ref)) == before


@pytest.mark.parametrize("damage", [b"", b"other", b"mangled"], ids=["emptied", "changed", "longer"])
def test_a_damaged_object_is_never_given_out_and_is_mended_by_putting_it_again(
    bucket: Bucket, open_cached: Callable[[], BlobStore], damage: bytes
) -> None:
    blobs = open_cached()
    ref = blobs.put(b"right")
    obstore.put(stored(bucket), key(bucket, ref), damage)
    with pytest.raises(Unavailable, match="damaged in the store"):
        blobs.open(ref)
    assert blobs.put(b"right") == ref
    with os.fdopen(blobs.open(ref), "rb") as file:
        assert file.read() == b"right"


def test_a_store_that_does_not_keep_what_it_is_given_is_found_out(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = obstore.put

    def lossy(store: S3Store, name: str, content: bytes, **options: bool) -> object:
        return put(store, name, content[:-1], use_multipart=options["use_multipart"])

    monkeypatch.setattr(obstore, "put", lossy)
    with pytest.raises(BucketTrouble, match="other bytes than it was given"):
        S3Blobs(bucket).put(b"right")


@pytest.mark.parametrize(
    ("change", "found", "remedy"),
    [
        ({"name": "no-such-bucket"}, "NoSuchBucket", "make the bucket"),
        ({"access_key_id": "nobody"}, "InvalidAccessKeyId", "AWS_ACCESS_KEY_ID"),
        ({"secret_access_key": "wrong"}, "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
        ({"endpoint": "http://127.0.0.1:1"}, "Connection refused", "check the endpoint"),
        ({"endpoint": "http://no-such-host.invalid"}, "failed to lookup address", "check the endpoint"),
    ],
)
def test_what_is_wrong_with_a_bucket_is_said_with_its_remedy(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, change: dict[str, str], found: str, remedy: str
) -> None:
    monkeypatch.setattr(s3, "TRIES_MORE", 1)
    ref = S3Blobs(bucket).put(b"here")
    blobs = S3Blobs(replace(bucket, **change))
    for act in (blobs.probe, lambda: blobs.fetch(ref), lambda: blobs.put(b"here")):
        with pytest.raises(BucketTrouble) as trouble:
            act()
        assert found in trouble.value.found
        assert remedy in trouble.value.remedy
        assert "wrong" not in trouble.value.message


def test_tls_where_there_is_none_is_said(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "TRIES_MORE", 0)
    tls = replace(bucket, endpoint=str(bucket.endpoint).replace("http:", "https:"))
    with pytest.raises(BucketTrouble, match="does not speak TLS; write http://"):
        S3Blobs(tls).probe()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "does not answer in time"),
        (b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "HTTP status 503"),
        (b"no HTTP at all\r\n\r\n", "cannot be used"),
    ],
    ids=["silent", "busy", "no store"],
)
def test_a_store_that_makes_no_sense_is_trouble_and_never_an_absent_file(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, answer: bytes | None, said: str
) -> None:
    monkeypatch.setattr(s3, "TRIES_MORE", 1)
    monkeypatch.setattr(s3, "REQUEST_SECONDS", 1)
    monkeypatch.setattr(s3, "TRYING_SECONDS_MAX", 1)
    with answering(answer) as endpoint, pytest.raises(BucketTrouble, match=said):
        S3Blobs(replace(bucket, endpoint=endpoint)).fetch(DataRef(hashlib.sha256(b"x").hexdigest()))


def test_one_finds_out_for_all_that_the_store_does_not_answer(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or each submission would keep its seat for as long as it takes to give up on a store."""
    ref = S3Blobs(bucket).put(b"here")
    port = int(str(bucket.endpoint).rpartition(":")[2])
    monkeypatch.setattr(s3, "TRIES_MORE", 0)
    monkeypatch.setattr(s3, "REQUEST_SECONDS", 1)
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            """The first gets no answer, the others get the store's."""
            while True:
                try:
                    connection = listener.accept()[0]
                except OSError:
                    return
                with connection, suppress(ConnectionResetError):
                    asked.append(connection.recv(1 << 16))
                    if len(asked) == 1:
                        connection.recv(1)
                        continue
                    with socket.create_connection(("127.0.0.1", port)) as store:
                        store.sendall(asked[-1])
                        answer = store.recv(1 << 16)
                    connection.sendall(answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))

        thread = threading.Thread(target=talk)
        thread.start()
        try:
            endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
            now = 0.0
            blobs = S3Blobs(replace(bucket, endpoint=endpoint), monotonic=lambda: now)
            for _ in range(5):
                with pytest.raises(BucketTrouble, match="does not answer in time; see that the store runs"):
                    blobs.fetch(ref)
            assert len(asked) == 1
            now += PAUSE_SECONDS
            assert b"".join(blobs.fetch(ref)[1]) == b"here"
            assert b"".join(blobs.fetch(ref)[1]) == b"here"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_moments_absence_is_waited_out(bucket: Bucket, seaweed: SeaweedServer) -> None:
    """By the library, which tries again: nobody above notices."""
    ref = S3Blobs(bucket).put(b"here")
    port = int(str(bucket.endpoint).rpartition(":")[2])
    first = b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            """Fails once, then passes everything on."""
            connection = listener.accept()[0]
            asked.append(connection.recv(1 << 16))
            connection.sendall(first)
            connection.close()
            connection = listener.accept()[0]
            asked.append(connection.recv(1 << 16))
            with socket.create_connection(("127.0.0.1", port)) as store:
                store.sendall(asked[-1])
                connection.sendall(store.recv(1 << 16))
            connection.close()

        thread = threading.Thread(target=talk)
        thread.start()
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
        size, chunks = S3Blobs(replace(bucket, endpoint=endpoint)).fetch(ref)
        thread.join()
    assert (size, b"".join(chunks), len(asked)) == (4, b"here", 2)


def test_the_library_is_told_and_does_not_look_for_itself(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    monkeypatch.setenv("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "true")
    S3Blobs(bucket).probe()
