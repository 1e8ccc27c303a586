"""Who names no Redis does not carry its libraries."""

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, sys
from assay.adapters.local.clock import SystemClock
import assay.cli.server
from assay.settings import read_settings
from assay.wiring.redis import check_redis, open_results, redis_events

async def main():
    settings = read_settings({"ASSAY_CACHE_URL": sys.argv[1]})
    check_redis(settings)
    redis_events(settings)
    async with open_results(settings, SystemClock()):
        print("redis" in sys.modules)

asyncio.run(main())
"""


@pytest.mark.parametrize(("url", "is_loaded"), [("memory:", "False"), ("redis://127.0.0.1:1", "True")])
def test_a_library_is_loaded_where_it_is_needed(url: str, is_loaded: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, url],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout.strip() == is_loaded, done.stderr
