"""Where test data are kept: a folder, or a bucket with a cache on this machine's disk. From settings."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from assay.adapters.disk.blob_cache import CachedBlobs, UnusableBlob
from assay.adapters.disk.blobs import DiskBlobStore
from assay.domain.problem import Problem
from assay.errors import Unavailable
from assay.judging.checking import finish_in_thread
from assay.problems.codec import files_of
from assay.problems.ports import BlobStore
from assay.settings import S3Settings, Settings
from assay.worker.ports import OutOfReach

if TYPE_CHECKING:
    from assay.adapters.s3.blobs import S3Blobs

FILLS_MAX = 256  # as many as submissions are judged at once; threads are made when they are needed


class TestData:
    """The store of test data, and what a judge needs of it brought here first."""

    def __init__(self, store: BlobStore, cache: CachedBlobs | None) -> None:
        self.store = store
        self._cache = cache
        # of their own: those of the event loop must not all wait for a store that does not answer
        self._threads = ThreadPoolExecutor(FILLS_MAX, thread_name_prefix="test-data")

    @asynccontextmanager
    async def of(self, problem: Problem | None) -> AsyncIterator[BlobStore]:
        """The store, with all the files of a problem on this machine for as long as it is judged.

        So no seat in the sandbox and no event loop waits for a network, and a store that goes away in the
        middle of a submission does no harm. Raises `OutOfReach` when the store is away, or there is no room
        just now, and `Unavailable` and OSError for what time does not heal.
        """
        if self._cache is None or problem is None:
            yield self.store
            return
        held = self._cache.hold(files_of(problem))
        try:
            try:
                await asyncio.get_running_loop().run_in_executor(self._threads, held.fill)
            except UnusableBlob:
                raise
            except Unavailable as error:
                raise OutOfReach(error.message) from error
            yield self.store
        finally:
            await finish_in_thread(held.release)  # which awaits `fill`, if we were cancelled


@contextmanager
def open_test_data(settings: Settings) -> Iterator[TestData]:
    """The folder or the bucket of the settings. Asks nothing of the network."""
    if settings.blob_dir is not None:
        yield TestData(DiskBlobStore(settings.blob_dir), None)
    elif settings.s3 is not None:
        cache = CachedBlobs(
            bucket_of(settings.s3), settings.data_dir / "blob-cache", bytes_max=settings.blob_cache_bytes
        )
        try:
            yield TestData(cache, cache)
        finally:
            cache.close()


def trouble_with_bucket(settings: Settings) -> tuple[str, str] | None:
    """What keeps the bucket of the settings from being used, and the remedy; None when nothing does."""
    if settings.s3 is None:
        return None
    from assay.adapters.s3.trouble import BucketTrouble  # noqa: PLC0415

    try:
        bucket_of(settings.s3).probe()
    except BucketTrouble as trouble:
        return trouble.found, trouble.remedy
    return None


def bucket_of(s3: S3Settings) -> "S3Blobs":
    """Without a cache. Asks nothing of the network."""
    # It brings a library of some MB: whoever has a folder need not carry it.
    from assay.adapters.s3.blobs import Bucket, S3Blobs  # noqa: PLC0415

    return S3Blobs(
        Bucket(
            name=s3.bucket,
            prefix=s3.prefix,
            endpoint=s3.endpoint,
            region=s3.region,
            access_key_id=s3.access_key_id,
            secret_access_key=s3.secret_access_key,
            session_token=s3.session_token,
        )
    )
