"""Blobs as objects of a bucket, under the SHA-256 of their bytes.

    s3://bucket/prefix/ab/cdef…     first two digits, the other 62: as on disk, so that copying the folder
                                    moves an installation

An object's name says what its bytes are, so it is never changed, and to put it twice does no harm. Whoever
fetches it hashes it: nothing here is believed because a store says so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
import hashlib
import os
import re
import time
from typing import TYPE_CHECKING

import obstore
from obstore.store import S3Store

from assay.adapters.s3.patience import Patience
from assay.adapters.s3.trouble import BucketTrouble, trouble_named
from assay.domain.problem import DataRef

if TYPE_CHECKING:  # not there at run time
    from obstore.store import S3Config

PART_BYTES = 8 << 20  # one request; S3 wants 5 MiB at least and 10,000 parts at most: 80 GB
UPLOADS_MAX = 2  # parts on their way at once: what a process has in memory of a file
REQUEST_SECONDS = 20  # a part in that time is 3.4 Mbit/s
CONNECT_SECONDS = 5
TRIES_MORE = 4
TRYING_SECONDS_MAX = 30  # no request is tried again after that

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Where, and with which keys. `endpoint`: None: Amazon's own for the region."""

    name: str
    prefix: str
    endpoint: str | None
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(repr=False)


class S3Blobs:
    """Where a `CachedBlobStore` has its blobs from. Calls block; threads may share it."""

    def __init__(self, bucket: Bucket, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Asks nothing of the network."""
        self._where = f"bucket {bucket.name}" + ("" if bucket.endpoint is None else f" at {bucket.endpoint}")
        self._store = _open(bucket)
        self._patience = Patience(monotonic)

    def put(self, content: int | bytes) -> DataRef:
        """Keep it; when this returns, the store has given back the same bytes. Raises `BucketTrouble`."""
        ref, size = _digest(content)
        if not self._has(ref):
            with trouble_named(self._where):
                if size <= PART_BYTES:
                    whole = b"".join(_chunks(content))
                    obstore.put(self._store, _key(ref), whole, use_multipart=False)
                else:  # given up by the library when a part fails; the object appears whole or not at all
                    obstore.put(
                        self._store,
                        _key(ref),
                        _chunks(content),
                        use_multipart=True,
                        chunk_size=PART_BYTES,
                        max_concurrency=UPLOADS_MAX,
                    )
            if not self._has(ref):
                raise BucketTrouble(
                    f"{self._where} gives back other bytes than it was given", "ask who runs the store"
                )
        return ref

    def fetch(self, ref: DataRef) -> tuple[int, Iterator[bytes]]:
        """Its size, and its bytes as the store has them: the caller hashes them.

        Raises `FileNotFoundError` and `BucketTrouble`, and so may each step of the iterator.
        """
        if not _SHA256_HEX.fullmatch(ref):
            raise FileNotFoundError(f"{ref!r} names no blob: it is not a SHA-256 in hex")
        with self._patience.asking(), trouble_named(self._where):
            found = obstore.get(self._store, _key(ref))
            size = found.meta["size"]
            if size <= PART_BYTES:
                return size, iter([bytes(found.bytes())])
        return size, self._parts(ref, size)

    def probe(self) -> None:
        """Ask for a list of what is there, which takes a bucket, keys and a network. `BucketTrouble`."""
        with trouble_named(self._where):
            next(iter(obstore.list(self._store, chunk_size=1)), None)

    def _parts(self, ref: DataRef, size: int) -> Iterator[bytes]:
        """Request by request, each with a time limit of its own: a large file may take as long as it does."""
        for start in range(0, size, PART_BYTES):
            with self._patience.asking(), trouble_named(self._where):
                part = obstore.get_range(
                    self._store, _key(ref), start=start, end=min(start + PART_BYTES, size)
                )
            yield bytes(part)

    def _has(self, ref: DataRef) -> bool:
        """Whether the store gives back just these bytes: reading them is the one proof that all can give."""
        digest = hashlib.sha256()
        try:
            for chunk in self.fetch(ref)[1]:
                digest.update(chunk)
        except FileNotFoundError:
            return False
        return digest.hexdigest() == ref


def _open(bucket: Bucket) -> S3Store:
    """The library looks into the environment for what it is not told: it is told all that we know."""
    endpoint = bucket.endpoint or f"https://s3.{bucket.region}.amazonaws.com"
    config: S3Config = {
        "endpoint": endpoint,
        "aws_endpoint_url_s3": endpoint,
        "region": bucket.region,
        "access_key_id": bucket.access_key_id,
        "secret_access_key": bucket.secret_access_key,
        "virtual_hosted_style_request": False,
        "skip_signature": False,
        "checksum_algorithm": "SHA256",
    }
    if bucket.session_token is not None:
        config["session_token"] = bucket.session_token
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        config=config,
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "timeout": timedelta(seconds=REQUEST_SECONDS),
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
        },
        retry_config={
            "max_retries": TRIES_MORE,
            "retry_timeout": timedelta(seconds=TRYING_SECONDS_MAX),
            "backoff": {
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=5),
                "base": 2,
            },
        },
    )


def _key(ref: DataRef) -> str:
    return f"{ref[:2]}/{ref[2:]}"


def _digest(content: int | bytes) -> tuple[DataRef, int]:
    digest = hashlib.sha256()
    size = 0
    for chunk in _chunks(content):
        digest.update(chunk)
        size += len(chunk)
    return DataRef(digest.hexdigest()), size


def _chunks(content: int | bytes) -> Iterator[bytes]:
    """A descriptor is read by position: where its owner stands in it stays untouched."""
    offset = 0
    while chunk := (
        os.pread(content, PART_BYTES, offset)
        if isinstance(content, int)
        else content[offset : offset + PART_BYTES]
    ):
        yield chunk
        offset += len(chunk)
