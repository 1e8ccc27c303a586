"""What is backed up from either database is there again in either, and nothing else."""

import asyncio
from dataclasses import replace
from itertools import count

import pytest

from assay.adapters.memory.blobs import MemoryBlobStore
from assay.domain.submission import SubmissionStatus
from assay.errors import IdempotencyConflict, UsageError
from assay.intake.ports import IdempotencyKey
from assay.queue.desk import JobState, Selection
from tests.contract.backup.places import (
    ANSWER,
    INPUT,
    LARGE,
    LATER,
    Place,
    backed_up,
    blobs_in_place,
    content_of,
    fill,
    identity,
    looked_at,
    restored,
    with_data,
)
from tests.contract.houses import House, submission

ALL = [identity(number) for number in range(4)]
JUDGED, BEING_JUDGED, BURIED, WAITING = ALL


async def shown(house: House) -> list[object]:
    """All that a client sees of the submissions that nobody was judging."""
    found: list[object] = []
    for each in (JUDGED, BURIED, WAITING):
        found += [
            await house.reader.submission(each),
            await house.reader.judgements(each),
            await house.reader.events(each, after_seq=0),
        ]
    return [*found, await house.problems.current("sum")]


async def test_all_that_is_seen_is_the_same(source: Place, target: Place) -> None:
    async with source.empty() as house:
        await fill(house)
        before = await shown(house)
        file, made = await backed_up(source, blobs_in_place())
    assert made.is_whole
    assert {table.name: table.rows for table in made.manifest.tables} == {
        "installation": 1, "timelines": 0, "problem_versions": 1, "problems": 1, "submissions": 4,
        "submission_files": 8, "idempotency_keys": 4, "jobs": 4, "faults": 1, "judgements": 1, "runs": 2,
        "events": 8, "custom_runs": 0, "scoring": 0, "scores": 0, "evidence_people": 0,
        "evidence_entries": 0, "evidence_parts": 0, "evidence_nodes": 0, "evidence_heads": 0,
        "evidence_keys": 0,
    }  # fmt: skip
    blobs = MemoryBlobStore()
    result = await restored(file, target, blobs)
    assert (result.requeued, result.blobs) == (1, 3)
    assert [content_of(blobs, content) for content in (INPUT, ANSWER, LARGE)] == [INPUT, ANSWER, LARGE]
    async with target.house() as house:
        assert await shown(house) == before


async def test_what_was_being_judged_waits_again_and_its_try_is_not_counted(
    source: Place, target: Place
) -> None:
    async with source.empty() as house:
        await fill(house)
        file, _ = await backed_up(source, blobs_in_place())
    await restored(file, target, MemoryBlobStore())
    async with target.house() as house:
        state = await house.reader.submission(BEING_JUDGED)
        assert state is not None
        assert state.status is SubmissionStatus.QUEUED
        steps = await house.reader.events(BEING_JUDGED, after_seq=0)
        assert [(step.seq, step.progress.status) for step in steps] == [
            (1, SubmissionStatus.QUEUED),
            (2, SubmissionStatus.RUNNING),
            (3, SubmissionStatus.QUEUED),
        ]
        house.clock.instant = LATER
        leases = await house.claim()
        assert [(lease.submission_id, lease.attempt) for lease in leases] == [(BEING_JUDGED, 1), (WAITING, 1)]
        assert house.desk is not None
        (dead,) = await house.desk.jobs(Selection(state=JobState.DEAD), after=None, limit=9)
        (fault,) = await house.desk.faults(BURIED)
        assert (dead.submission_id, fault.cause) == (BURIED, "no such \x00 toolchain")


async def test_a_key_is_known_as_before(source: Place, target: Place) -> None:
    async with source.empty() as house:
        await fill(house)
        file, _ = await backed_up(source, blobs_in_place())
    await restored(file, target, MemoryBlobStore())
    async with target.house() as house:
        again = replace(submission(identity(50)), created_at=LATER)
        key = IdempotencyKey(tenant=None, value="key 3", request_sha256="3")
        assert (await house.store.record_and_enqueue(again, key=key)).id == WAITING
        with pytest.raises(IdempotencyConflict):
            await house.store.record_and_enqueue(again, key=replace(key, request_sha256="other"))


async def test_a_copy_of_a_copy_goes_on_with_the_next_timeline(source: Place, target: Place) -> None:
    async with source.empty() as house:
        await fill(house)
        file, first = await backed_up(source, blobs_in_place())
    blobs = MemoryBlobStore()
    await restored(file, target, blobs)
    _, second = await backed_up(target, blobs)
    origin, copied = first.manifest.origin, second.manifest.origin
    assert (origin.timeline, copied.timeline, copied.installation) == (1, 2, origin.installation)
    assert second.manifest.newest == first.manifest.newest
    rows = [{table.name: table.rows for table in made.manifest.tables} for made in (first, second)]
    assert rows[1] == {**rows[0], "timelines": 1, "events": rows[0]["events"] + 1}


async def test_it_is_of_one_instant_while_others_go_on_writing(source: Place) -> None:
    async with source.empty() as house:
        await fill(house)

        is_enough = asyncio.Event()

        async def go_on() -> None:
            numbers = count(200)
            while not is_enough.is_set():
                await house.submit(identity(next(numbers)))
                await asyncio.sleep(0)

        writing = asyncio.create_task(go_on())
        reports = []
        for _ in range(3):
            file, made = await backed_up(source, blobs_in_place())
            reports.append((looked_at(file)[1], made.manifest))
        is_enough.set()
        await writing
    sizes = []
    for report, manifest in reports:
        assert report.damage == []
        submissions, jobs = manifest.table("submissions"), manifest.table("jobs")
        assert submissions is not None
        assert jobs is not None
        assert submissions.rows == jobs.rows
        sizes.append(submissions.rows)
    assert sizes[0] < sizes[-1], "others went on writing"


async def test_without_blobs_none_are_asked_for(source: Place, target: Place) -> None:
    async with source.empty() as house:
        await fill(house)
        file, made = await backed_up(source, None)
    assert (made.manifest.blobs.included, made.manifest.blobs.sizes) == (False, {})
    result = await restored(file, target, MemoryBlobStore())
    assert result.blobs == 0


async def test_what_is_not_empty_is_left_alone(source: Place, target: Place) -> None:
    async with source.empty() as house:
        await fill(house)
        file, _ = await backed_up(source, blobs_in_place())
    async with target.empty() as house:
        await house.problems.record(with_data("own"), at=LATER)
        blobs = MemoryBlobStore()
        with pytest.raises(UsageError, match=r"not empty: it has rows in problem_versions.*--database-url"):
            await restored(file, target, blobs)
        with pytest.raises(FileNotFoundError):
            content_of(blobs, LARGE)
        assert await house.problems.current("sum") is None
        assert await house.problems.current("own") is not None


async def test_a_blob_that_is_missing_keeps_nothing_else_out(source: Place) -> None:
    async with source.empty() as house:
        await fill(house)
        partial = MemoryBlobStore()
        partial.put(INPUT)
        file, made = await backed_up(source, partial)
    assert not made.is_whole
    assert len(made.manifest.blobs.missing) == 2
    _, report = looked_at(file)
    assert report.can_be_restored
    assert [damage.where for damage in report.damage] == ["problem sum"] * 2
