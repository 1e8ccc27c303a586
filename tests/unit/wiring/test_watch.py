"""What a process stands on is asked now and then; what was found is told, and noted when it changes."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assay.adapters.local.clock import SystemClock
from assay.errors import Unavailable
from assay.settings import read_settings
from assay.wiring import watch as module
from assay.wiring.outlook import open_outlook
from assay.wiring.watch import Watch, Watched, watching


class Thing:
    """Does its work until it is in trouble; hangs until it is let go on."""

    def __init__(self) -> None:
        self.trouble: str | None = None
        self.asked = 0
        self.going_on = asyncio.Event()
        self.going_on.set()

    async def ask(self) -> None:
        self.asked += 1
        await self.going_on.wait()
        if self.trouble is not None:
            raise Unavailable(self.trouble)


class Told:
    def __init__(self) -> None:
        self.by_name: dict[str, bool] = {}

    def __call__(self, name: str, is_up: bool) -> None:
        self.by_name[name] = is_up


@pytest.fixture
async def thing() -> Thing:
    return Thing()


async def troubles(watch: Watch) -> dict[str, str | None]:
    return {each.name: each.trouble for each in await watch.dependencies()}


async def test_what_is_vital_is_asked_anew_each_time(thing: Thing) -> None:
    told = Told()
    watch = Watch([Watched(name="database", ask=thing.ask, is_vital=True)], tell=told)
    assert await troubles(watch) == {"database": None}
    thing.trouble = "gone"
    assert await troubles(watch) == {"database": "gone"}
    assert told.by_name == {"database": False}
    thing.trouble = None
    assert await troubles(watch) == {"database": None}
    assert told.by_name == {"database": True}


async def test_the_rest_is_as_it_was_last_found(thing: Thing) -> None:
    cache = Watched(name="cache", ask=thing.ask)
    watch = Watch([cache], tell=Told())
    assert await troubles(watch) == {"cache": None}, "nothing is called well that was never asked"
    thing.trouble = "gone"
    assert await troubles(watch) == {"cache": None}
    await watch.look(cache)
    assert await troubles(watch) == {"cache": "gone"}
    assert thing.asked == 2


async def test_who_does_not_answer_is_in_trouble(thing: Thing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS_MAX", 0.05)
    thing.going_on.clear()
    watch = Watch([Watched(name="database", ask=thing.ask, is_vital=True)], tell=Told())
    assert await troubles(watch) == {"database": "no answer within 0.05 s"}
    thing.going_on.set()
    assert await troubles(watch) == {"database": None}


async def test_nothing_is_asked_twice_at_once(thing: Thing) -> None:
    thing.going_on.clear()
    cache = Watched(name="cache", ask=thing.ask)
    watch = Watch([cache], tell=Told())
    all_of_them = [asyncio.create_task(watch.look(cache)) for _ in range(3)]
    for _ in range(5):
        await asyncio.sleep(0)
    assert thing.asked == 1
    thing.trouble = "gone"
    thing.going_on.set()
    await asyncio.gather(*all_of_them)
    assert thing.asked == 1, "who came meanwhile has the same answer"
    assert await troubles(watch) == {"cache": "gone"}


async def test_going_and_coming_back_are_noted_once_each(
    thing: Thing, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = Watched(name="cache", ask=thing.ask)
    watch = Watch([cache], tell=Told())
    await watch.look(cache)
    thing.trouble = "nobody answers"
    for _ in range(3):
        await watch.look(cache)
    thing.trouble = None
    for _ in range(3):
        await watch.look(cache)
    said = capsys.readouterr().out
    assert said.count("dependency_down") == 1
    assert said.count("dependency_up") == 1
    assert "nobody answers" in said


class Seconds:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_who_is_not_there_yet_is_said_to_be_away_when_the_grace_is_over(
    thing: Thing, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds, told = Seconds(), Told()
    workers = Watched(name="workers", ask=thing.ask, grace_seconds=30)
    watch = Watch([workers], tell=told, now=seconds)
    thing.trouble = "no sign of life"
    await watch.look(workers)
    seconds.now += 29.9
    await watch.look(workers)
    assert "dependency" not in capsys.readouterr().out
    assert await troubles(watch) == {"workers": "no sign of life"}, "whoever asks is told"
    assert told.by_name == {"workers": False}
    seconds.now += 0.1
    for _ in range(2):
        await watch.look(workers)
    assert capsys.readouterr().out.count("dependency_down") == 1
    thing.trouble = None
    await watch.look(workers)
    assert capsys.readouterr().out.count("dependency_up") == 1


async def test_who_comes_within_the_grace_is_no_news_and_who_goes_then_is(
    thing: Thing, capsys: pytest.CaptureFixture[str]
) -> None:
    workers = Watched(name="workers", ask=thing.ask, grace_seconds=30)
    watch = Watch([workers], tell=Told(), now=Seconds())
    thing.trouble = "no sign of life"
    await watch.look(workers)
    thing.trouble = None
    await watch.look(workers)
    assert "dependency" not in capsys.readouterr().out
    thing.trouble = "gone"
    await watch.look(workers)
    assert capsys.readouterr().out.count("dependency_down") == 1


async def test_all_are_asked_again_and_again_until_the_end(thing: Thing) -> None:
    async with watching([Watched(name="cache", ask=thing.ask, seconds=0.01)], tell=Told()):
        while thing.asked < 3:  # noqa: ASYNC110 - the thing does not know who waits
            await asyncio.sleep(0.01)
    asked = thing.asked
    await asyncio.sleep(0.05)
    assert thing.asked == asked


async def test_a_bug_in_asking_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    async def ask() -> None:
        raise KeyError("our own mistake")

    async with watching([Watched(name="cache", ask=ask)], tell=Told()):
        await asyncio.sleep(0.05)
    assert "task_failed" in capsys.readouterr().out


async def test_a_bug_in_looking_at_the_queue_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backend: Any = SimpleNamespace(desk=SimpleNamespace())  # has no counts
    async with open_outlook(read_settings({}, data_dir=tmp_path), backend, SystemClock()):
        await asyncio.sleep(0.05)
    said = capsys.readouterr().out
    assert "task_failed" in said
    assert "queue and workers" in said
