"""Who names no broker, or the other, does not carry its library."""

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, sys
import assay.cli.server
from assay.settings import read_settings
from assay.wiring.broker import check_broker, watched_broker

async def main():
    settings = read_settings({"ASSAY_QUEUE_URL": sys.argv[1]})
    check_broker(settings, relays=False)
    async with watched_broker(settings):
        print(*(name for name in ("redis", "confluent_kafka") if name in sys.modules))

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("url", "loaded"),
    [("sql:", ""), ("redis://127.0.0.1:1", "redis"), ("kafka://127.0.0.1:1", "confluent_kafka")],
)
def test_a_library_is_loaded_where_it_is_needed(url: str, loaded: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, url],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.stdout.strip(), done.returncode) == (loaded, 0), done.stderr
