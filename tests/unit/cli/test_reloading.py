"""SIGHUP: what the file says now is taken where all of it is right, and the worker's copy is never wrong."""

import asyncio
from collections.abc import Iterator
from functools import partial
import os
from pathlib import Path
import signal

import pytest

from assay.cli.reloading import Reloading, follow_copy
from assay.settings import Settings, read_settings
from assay.settings.file import read_file


class Scene:
    def __init__(self, directory: Path) -> None:
        self.file = directory / "settings"
        self.data_dir = directory / "data"
        self.applied: list[Settings] = []
        self.write("ASSAY_SLOTS=2\nASSAY_SLOTS_MAX=4\n")
        read = partial(read_settings, {"ASSAY_CONFIG": str(self.file)}, data_dir=self.data_dir)
        self.reloading = Reloading(read(), read)
        self.reloading.appliers.append(self.applied.append)

    def write(self, text: str) -> None:
        self.file.write_text(text)

    @property
    def copy(self) -> Path:
        return Path(os.environ["ASSAY_CONFIG"])


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("ASSAY_CONFIG", "as it was")
    before = signal.getsignal(signal.SIGHUP)
    yield Scene(tmp_path)
    signal.signal(signal.SIGHUP, before)


async def test_what_changed_is_applied_on_sighup(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.reloading.listen()
    scene.write("ASSAY_SLOTS=3\nASSAY_SLOTS_MAX=4\nASSAY_PORT=1\n")
    os.kill(os.getpid(), signal.SIGHUP)
    async with asyncio.timeout(5):
        while not scene.applied:  # noqa: ASYNC110 - a signal says nothing to a task
            await asyncio.sleep(0.01)
    assert [settings.slots for settings in scene.applied] == [3]
    said = capsys.readouterr().out
    assert "settings_reloaded" in said
    assert "ASSAY_SLOTS" in said
    assert "settings_need_a_restart" in said
    assert "ASSAY_PORT" in said
    assert read_file(scene.copy)["ASSAY_SLOTS"] == "3"


@pytest.mark.parametrize("text", ["ASSAY_SLOTS=none", "ASSAY_SLOT=3", "ASSAY_PRACTICE_DEPTH_MAX=0"])
async def test_a_wrong_file_changes_nothing_and_says_why(
    scene: Scene, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.reloading.listen()
    before = scene.copy.read_text()
    scene.write(text)
    scene.reloading.reload()
    assert scene.applied == []
    assert scene.copy.read_text() == before, "a worker that is started now must start"
    said = capsys.readouterr().out
    assert "settings_not_reloaded" in said
    assert text.partition("=")[0] in said
    scene.file.unlink()
    scene.reloading.reload()
    assert scene.applied == []
    scene.write("ASSAY_SLOTS=1\nASSAY_SLOTS_MAX=4\n")
    scene.reloading.reload()
    assert [settings.slots for settings in scene.applied] == [1]


async def test_what_the_worker_cannot_be_told_is_not_taken(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.reloading.listen()
    folder, away = scene.copy.parent, scene.data_dir / "away"
    folder.rename(away)
    folder.write_text("a file where the folder was")
    scene.write("ASSAY_SLOTS=3\nASSAY_SLOTS_MAX=4\n")
    scene.reloading.reload()
    assert scene.applied == []
    assert "settings_not_reloaded" in capsys.readouterr().out
    folder.unlink()
    away.rename(folder)
    scene.reloading.reload()
    assert [settings.slots for settings in scene.applied] == [3]
    assert "ASSAY_SLOTS" in capsys.readouterr().out


async def test_the_copy_is_the_owners_alone_and_says_the_same(scene: Scene) -> None:
    scene.write('ASSAY_OPERATOR_TOKEN="a\'b\\"c=#0123456789"\n')
    scene.reloading.listen()
    scene.reloading.reload()
    assert scene.copy == scene.data_dir / "run/settings"
    assert (scene.copy.stat().st_mode & 0o777, scene.copy.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert read_file(scene.copy) == read_file(scene.file)


async def test_without_a_file_sighup_is_as_ever(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGHUP)
    read = partial(read_settings, {}, data_dir=tmp_path)
    Reloading(read(), read).listen()
    assert signal.getsignal(signal.SIGHUP) == before


async def test_a_worker_takes_each_new_copy_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.cli.reloading.LOOK_SECONDS", 0.01)
    scene.reloading.listen()
    read = partial(read_settings, {"ASSAY_CONFIG": str(scene.copy)}, data_dir=scene.data_dir)
    taken: list[int] = []
    following = asyncio.create_task(follow_copy(read(), read, lambda settings: taken.append(settings.slots)))
    await asyncio.sleep(0.05)
    assert taken == []
    for slots in (4, 1):
        scene.write(f"ASSAY_SLOTS={slots}\nASSAY_SLOTS_MAX=4\n")
        scene.reloading.reload()
        async with asyncio.timeout(5):
            while slots not in taken:  # noqa: ASYNC110 - it looks at a file
                await asyncio.sleep(0.01)
    assert taken == [4, 1]
    following.cancel()


async def test_a_worker_without_a_file_follows_nothing(tmp_path: Path) -> None:
    read = partial(read_settings, {}, data_dir=tmp_path)
    await asyncio.wait_for(follow_copy(read(), read, lambda _: None), 5)
