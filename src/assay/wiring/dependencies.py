"""What there is to be watched, from settings: each thing that the doors, or a worker, stand on."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager

from assay.adapters.local.clock import SystemClock
from assay.errors import Unavailable
from assay.settings import Settings
from assay.wiring.backend import Backend
from assay.wiring.backends import open_backend
from assay.wiring.blobs import trouble_with_bucket
from assay.wiring.broker import watched_broker
from assay.wiring.metrics import dependency_meter
from assay.wiring.outlook import Outlook
from assay.wiring.redis import watched_redis
from assay.wiring.watch import Watch, Watched, watching

BUCKET_SECONDS = 15.0  # stores are paid by the request


@asynccontextmanager
async def watching_for_doors(settings: Settings, backend: Backend, outlook: Outlook) -> AsyncIterator[Watch]:
    """What the doors stand on, workers among it."""

    async def workers() -> None:
        if outlook.workers_alive is None:
            raise Unavailable("nobody has looked for workers yet")
        if outlook.workers_alive == 0:
            raise Unavailable("no worker has given a sign of life: what is accepted waits")

    async with AsyncExitStack() as stack:
        watched = await _watched(settings, backend, stack, has_doors=True)
        # one that lives has given a sign of life by then, be it of a host that starts just as this one does
        watched.append(Watched(name="workers", ask=workers, grace_seconds=settings.lease_seconds))
        yield await stack.enter_async_context(watching(watched, tell=dependency_meter()))


@asynccontextmanager
async def watching_for_worker(settings: Settings, backend: Backend) -> AsyncIterator[Watch]:
    """What a worker stands on, where figures are told without doors."""
    async with AsyncExitStack() as stack:
        watched = await _watched(settings, backend, stack, has_doors=False)
        yield await stack.enter_async_context(watching(watched, tell=dependency_meter()))


@asynccontextmanager
async def watching_for_relay(settings: Settings) -> AsyncIterator[Watch]:
    """The same for a relay without doors, with connections of its own. Raises `Unavailable`."""
    async with (
        open_backend(settings, SystemClock()) as backend,
        watching_for_worker(settings, backend) as watch,
    ):
        yield watch


async def _watched(
    settings: Settings, backend: Backend, stack: AsyncExitStack, *, has_doors: bool
) -> list[Watched]:
    async def database() -> None:
        await backend.problems.page(after=None, limit=1)

    watched = [Watched(name="database", ask=database, is_vital=True)]
    watched += await stack.enter_async_context(watched_redis(settings, with_results=has_doors))
    watched += await stack.enter_async_context(watched_broker(settings))
    if backend.replica is not None:
        replica = backend.replica

        async def is_asked() -> None:
            if replica.trouble is not None:
                raise Unavailable(replica.trouble)

        watched.append(Watched(name="replica", ask=is_asked))
    if settings.s3 is not None:
        # a thread of its own: those of the event loop must not wait for a store that does not answer
        thread = ThreadPoolExecutor(1, thread_name_prefix="watch-bucket")
        stack.callback(thread.shutdown, wait=False, cancel_futures=True)

        async def bucket() -> None:
            loop = asyncio.get_running_loop()
            trouble = await loop.run_in_executor(thread, trouble_with_bucket, settings)
            if trouble is not None:
                raise Unavailable(trouble[0])

        watched.append(Watched(name="test_data", ask=bucket, seconds=BUCKET_SECONDS))
    return watched
