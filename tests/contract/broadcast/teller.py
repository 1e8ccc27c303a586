"""A process of its own that broadcasts: says the numbers `first` to `last` of a submission."""

import asyncio
import sys

from assay.adapters.broadcast.ports import Kind
from tests.contract.broadcast.engines import opened


async def tell(url: str, key: str, first: int, last: int) -> None:
    async with opened(url) as (broadcast, _):
        for number in range(first, last + 1):
            broadcast.send(Kind.SUBMISSION, key, str(number))


if __name__ == "__main__":
    asyncio.run(tell(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
