"""Results kept on Redis, for all processes that read them.

    submission:{id}    a result as JSON, for an hour; `submission:{{id}}` in a cluster (its hash tag)

Redis may evict any of them, be full, refuse or be gone: that is a miss.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from assay.adapters.redis.address import Address
from assay.adapters.redis.connection import Keys
from assay.adapters.redis.result_documents import decode_result, encode_result
from assay.errors import Unavailable
from assay.verdicts.ports import RESULT_SECONDS, Result

KIND = "submission"
ENTRY_BYTES_MAX = 1024 * 1024  # a larger one is as quickly read from its rows


class RedisResultCache:
    """The `ResultCache` port."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def get(self, submission_id: str) -> Result | None:
        try:
            document = await self._keys.ask("GET", self._key(submission_id))
        except Unavailable:
            return None
        result = decode_result(document) if isinstance(document, bytes) else None
        return result if result is not None and result.state.submission.id == submission_id else None

    async def put(self, result: Result) -> None:
        document = encode_result(result)
        if document is None or len(document) > ENTRY_BYTES_MAX:
            return
        with suppress(Unavailable):
            await self._keys.ask("SET", self._key(result.state.submission.id), document, "EX", RESULT_SECONDS)

    def _key(self, submission_id: str) -> str:
        return self._keys.address.key(KIND, submission_id)


@asynccontextmanager
async def open_results(address: Address) -> AsyncIterator[RedisResultCache]:
    """A Redis that is away now is used when it is back."""
    keys = Keys(address)
    try:
        yield RedisResultCache(keys)
    finally:
        with suppress(Unavailable):
            await keys.close()
