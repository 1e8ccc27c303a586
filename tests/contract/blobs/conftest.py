"""A store that speaks S3, with a place in its bucket that is each test's own."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from assay.adapters.disk.blob_cache import CachedBlobs
from assay.adapters.s3.blobs import Bucket, S3Blobs
from tests.engines.seaweed import ACCESS_KEY, SECRET_KEY, SeaweedServer, running_seaweed

BUCKET = "test-data"
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def seaweed() -> Iterator[SeaweedServer]:
    with running_seaweed() as server:
        server.create_bucket(BUCKET)
        yield server


@pytest.fixture
def bucket(seaweed: SeaweedServer) -> Bucket:
    """With a prefix below which nothing is."""
    return Bucket(
        name=BUCKET,
        prefix=f"of/judge{next(_NUMBERS)}",
        endpoint=seaweed.endpoint,
        region="us-east-1",
        access_key_id=ACCESS_KEY,
        secret_access_key=SECRET_KEY,
        session_token=None,
    )


@pytest.fixture
def open_cached(bucket: Bucket, tmp_path: Path) -> Callable[[], CachedBlobs]:
    """As each process opens it that shares the folder."""
    return lambda: CachedBlobs(S3Blobs(bucket), tmp_path / "blob-cache", bytes_max=64 << 20)
