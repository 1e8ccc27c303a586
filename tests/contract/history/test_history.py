"""A database that went back to an earlier point is found out by whoever saw more, once, and for good."""

from dataclasses import replace
from pathlib import Path

import pytest

from assay.operate.history import testimony
from assay.operate.history.ports import Cause
from assay.operate.history.testimony import read_testimonies, write_testimony
from tests.contract.history.installed import Installation, Process, accepted, the_break


async def test_a_start_after_a_restore_says_what_is_missing(
    installation: Installation, tmp_path: Path
) -> None:
    before = Process(installation, tmp_path)
    await installation.accept(1, 2, 3)
    await before.watch.begin()
    await before.watch.end()
    await installation.go_back(1)
    after = Process(installation, tmp_path)
    await after.watch.begin()
    assert before.told == []
    assert after.told == after.watch.breaks == [the_break(2, kept=1, missing=3)]
    assert "between 2026-03-01 12:00:00 UTC and 2026-03-01 12:00:00 UTC are missing" in after.told[0].words


async def test_it_is_said_once_by_all_of_a_host_together(installation: Installation, tmp_path: Path) -> None:
    await installation.accept(1, 2, 3)
    for name in ("doors", "worker"):
        process = Process(installation, tmp_path, name=name)
        await process.watch.begin()
    await installation.go_back(2)
    told = []
    for _ in range(2):
        for name in ("doors", "worker"):
            process = Process(installation, tmp_path, name=name)
            await process.watch.begin()
            told += process.told
    assert told == await installation.history.breaks() == [the_break(2, kept=2, missing=3)]


async def test_a_host_that_saw_more_adds_to_the_same_break(
    installation: Installation, tmp_path: Path
) -> None:
    await installation.accept(1, 2)
    await Process(installation, tmp_path / "a").watch.begin()
    await installation.accept(3, 4)
    await Process(installation, tmp_path / "b").watch.begin()
    await installation.go_back(1)
    await Process(installation, tmp_path / "a").watch.begin()
    await installation.accept(5, 6)  # accepted in the new timeline; b was down all the while
    late = Process(installation, tmp_path / "b")
    await late.watch.begin()
    assert late.told == late.watch.breaks == [the_break(2, kept=1, missing=4)]


async def test_a_running_process_finds_out_within_a_look(installation: Installation, tmp_path: Path) -> None:
    process = Process(installation, tmp_path)
    await installation.accept(1)
    await process.watch.begin()
    await installation.accept(2)
    process.watch.see(accepted(2))  # and the process is not killed: no file is needed
    await installation.go_back(1)
    await process.watch.look()
    assert process.told == [the_break(2, kept=1, missing=2)]
    await process.watch.look()
    assert len(process.told) == 1
    await installation.accept(7)
    await process.watch.look()
    assert process.told == await installation.history.breaks()


async def test_what_was_committed_last_counts_though_a_clock_was_ahead(
    installation: Installation, tmp_path: Path
) -> None:
    process = Process(installation, tmp_path)
    await installation.accept(1, 90)  # of a host whose clock is ahead
    await process.watch.begin()
    await installation.accept(2)
    process.watch.see(accepted(2))
    await process.watch.end()
    await installation.forget("=", 2)
    again = Process(installation, tmp_path)
    await again.watch.begin()
    assert again.told == [the_break(2, kept=1, missing=2)]


async def test_a_second_restore_never_uses_a_timeline_again(
    installation: Installation, tmp_path: Path
) -> None:
    await installation.accept(1, 2, 3)
    await Process(installation, tmp_path).watch.begin()
    await installation.go_back(2)
    await Process(installation, tmp_path).watch.begin()
    await installation.go_back(1)  # to before the first break was recorded
    process = Process(installation, tmp_path)
    await process.watch.begin()
    assert process.told == [the_break(3, kept=1, missing=2)]


async def test_who_saw_more_adds_to_what_a_restore_said_itself(
    installation: Installation, tmp_path: Path
) -> None:
    await installation.accept(1, 2, 3)
    await Process(installation, tmp_path).watch.begin()
    await installation.go_back(1)
    await installation.begin_restored(2)
    process = Process(installation, tmp_path)
    await process.watch.begin()
    assert process.told == [the_break(2, kept=1, missing=3, cause=Cause.RESTORED)]
    assert "(restored from a backup): acceptances between" in process.told[0].words


async def test_a_database_that_lost_everything_says_so(installation: Installation, tmp_path: Path) -> None:
    await installation.accept(1, 2)
    await Process(installation, tmp_path).watch.begin()
    await installation.go_back(0)
    process = Process(installation, tmp_path)
    await process.watch.begin()
    assert process.told == [the_break(2, kept=None, missing=2)]
    assert "all acceptances up to" in process.told[0].words


@pytest.mark.parametrize("left", [(), (1,), (4,), (1, 4)])  # what is not over stays; months may be quiet
async def test_what_was_archived_is_not_lost(
    installation: Installation, tmp_path: Path, left: tuple[int, ...]
) -> None:
    running = Process(installation, tmp_path / "a")
    await installation.accept(1, 2, 3)
    await running.watch.begin()
    running.watch.see(accepted(2))
    await Process(installation, tmp_path / "b").watch.begin()
    await installation.accept(4)
    await installation.archive(4)
    for number in {1, 2, 3, 4} - {*left}:
        await installation.forget("=", number)
    starting = Process(installation, tmp_path / "b")
    await starting.watch.begin()
    await running.watch.look()
    assert starting.told == running.told == await installation.history.breaks() == []


async def test_what_came_after_what_was_archived_is_missed(
    installation: Installation, tmp_path: Path
) -> None:
    await installation.accept(1, 2, 3)
    await Process(installation, tmp_path).watch.begin()
    await installation.archive(3)
    await installation.archive(1)  # an earlier month again: takes nothing back
    await installation.forget("<=", 3)
    process = Process(installation, tmp_path)
    await process.watch.begin()
    assert process.told == [the_break(2, kept=None, missing=3)]


async def test_another_installation_is_no_break(installation: Installation, tmp_path: Path) -> None:
    seen = testimony.Testimony(installation="another", timeline=7, newest=accepted(3))
    folder = tmp_path / "witness"
    write_testimony(folder / "doors.json", seen)
    await installation.accept(1)
    process = Process(installation, tmp_path)
    await process.watch.begin()
    assert (process.told, [before for before, _ in process.foreign]) == ([], ["another"])
    (own,) = read_testimonies(folder)
    assert own.installation == process.foreign[0][1]
    assert replace(own, installation="another") == testimony.Testimony(
        installation="another", timeline=1, newest=accepted(1)
    )


async def test_nothing_is_written_while_nothing_is_new(installation: Installation, tmp_path: Path) -> None:
    process = Process(installation, tmp_path)
    await process.watch.begin()
    path = tmp_path / "witness/doors.json"
    path.unlink()
    await process.watch.look()
    assert not path.exists()
    await installation.accept(1)
    await process.watch.look()
    assert [each.newest for each in read_testimonies(path.parent)] == [accepted(1)]


async def test_a_folder_that_cannot_be_written_is_told_once(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "witness").write_text("in the way")
    process = Process(installation, tmp_path)
    await process.watch.begin()
    await installation.accept(1)
    await process.watch.look()
    assert [type(error) for error in process.unwritten] == [FileExistsError]
    (tmp_path / "witness").unlink()
    await process.watch.look()
    assert [each.newest for each in read_testimonies(tmp_path / "witness")] == [accepted(1)]
    (tmp_path / "witness/doors.json").unlink()
    (tmp_path / "witness").rmdir()
    (tmp_path / "witness").write_text("in the way again")
    await installation.accept(2)
    await process.watch.look()
    assert len(process.unwritten) == 2


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"installation": 1}', '{"newest": {"at": "x"}}', "\x00" * 99]
)
def test_a_damaged_testimony_says_nothing(content: str, tmp_path: Path) -> None:
    (tmp_path / "doors.json").write_text(content)
    assert read_testimonies(tmp_path) == []
