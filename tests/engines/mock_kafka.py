"""librdkafka's own mock of a Kafka, as a process: quicker than Tansu and right about batches; for measuring.

python -m tests.engines.mock_kafka      says where it is, and ends with its standard input
"""

from collections.abc import Iterator
from contextlib import contextmanager
import subprocess
import sys

from confluent_kafka import Producer

from assay.queue.broker import Topic

STOP_SECONDS_MAX = 30
FETCH_WAIT_MS = 5  # it answers when the time is over, even if something comes meanwhile


@contextmanager
def running_mock_kafka() -> Iterator[str]:
    """Its URL. It has the queue's topics, with four partitions each."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.engines.mock_kafka"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield f"kafka://{process.stdout.readline().strip()}?fetch_wait_ms={FETCH_WAIT_MS}"
        finally:
            process.stdin.close()
            process.wait(STOP_SECONDS_MAX)


def main() -> None:
    holder = Producer({"bootstrap.servers": "mock", "test.mock.num.brokers": 1})
    (server,) = holder.list_topics(timeout=10).brokers.values()
    for topic in Topic:
        holder.list_topics(topic.value, timeout=10)  # so it is made
    print(f"{server.host}:{server.port}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
