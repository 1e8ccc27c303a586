"""A producer that breaks is made anew, however often that fails."""

import asyncio
import time
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer
import pytest

from assay.adapters.kafka import producing as module
from assay.adapters.kafka.address import read_address
from assay.adapters.kafka.producing import Letter, Producing, Refused
from assay.queue.broker import Topic
from tests.engines.ports import free_port

SECONDS_MAX = 60
FATAL = KafkaException(KafkaError(KafkaError._FATAL, "fenced"))


class Producers:
    """In the library's place: the first one breaks, the next two cannot be made."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, _: dict[str, Any]) -> "One":
        self.made += 1
        if self.made in {2, 3}:
            raise FATAL
        return One(is_broken=self.made == 1)


class One:
    def __init__(self, *, is_broken: bool) -> None:
        self.polls = 0
        self._is_broken = is_broken

    def poll(self, seconds: float) -> None:
        self.polls += 1
        time.sleep(seconds / 100)
        if self._is_broken and self.polls == 1:  # it says so once
            raise FATAL

    def purge(self) -> None:
        pass

    def flush(self, _seconds: float) -> None:
        pass


async def test_one_that_cannot_be_made_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    producers = Producers()
    monkeypatch.setattr(module, "Producer", producers)
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.01)
    producing = Producing(read_address("kafka://h"), options={})
    try:
        deadline = time.monotonic() + SECONDS_MAX
        while producers.made < 4:
            assert time.monotonic() < deadline, "its thread has ended"
            await asyncio.sleep(0.01)
    finally:
        await producing.close()


async def test_one_whose_messages_do_not_arrive_gives_way_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def counted(options: dict[str, Any]) -> Producer:
        made.append(Producer(options))
        return made[-1]

    monkeypatch.setattr(module, "Producer", counted)
    nobody = read_address(f"kafka://127.0.0.1:{free_port()}")
    producing = Producing(nobody, options={"message.timeout.ms": 200})
    try:
        with pytest.raises(Refused):
            await producing.put_all([Letter(topic=Topic.NORMAL, key=b"k", content=b"c")])
        deadline = time.monotonic() + SECONDS_MAX
        while len(made) < 2:
            assert time.monotonic() < deadline, "the first one is kept"
            await asyncio.sleep(0.01)
    finally:
        await producing.close()
