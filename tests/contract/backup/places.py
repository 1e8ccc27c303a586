"""Databases that are backed up and restored into, on each engine, and what is in them."""

from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import hashlib
import os
from pathlib import Path
import tempfile
from typing import BinaryIO

from assay.adapters.memory.blobs import MemoryBlobStore
from assay.adapters.postgres import loading as postgres_loading
from assay.adapters.postgres import snapshot as postgres_snapshot
from assay.adapters.sql import loading as sqlite_loading
from assay.adapters.sql import snapshot as sqlite_snapshot
from assay.domain.events import Progress
from assay.domain.identity import uuid7
from assay.domain.problem import DataRef, Problem
from assay.domain.submission import SubmissionStatus
from assay.intake.ports import IdempotencyKey
from assay.operate.backup.archive import Archive
from assay.operate.backup.create import Made, Occasion, create
from assay.operate.backup.ports import Blobs, Loader, Snapshot
from assay.operate.backup.restore import Restored, restore
from assay.operate.backup.verify import Report, open_backup, verify
from assay.problems.codec import decode_problem, files_of
from tests.contract.houses import NOON, House, judgement, on_postgresql, on_sqlite, problem, submission

INPUT, ANSWER = b"1 2\n", b"3\n"
LARGE = bytes(range(256)) * (36 << 10)  # 9 MiB: more than goes through memory at once
OPEN_FILES: list[BinaryIO] = []
LATER = NOON + timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A database. `empty`: a house in it while it is empty; `house`: one on what is there by now."""

    name: str
    empty: Callable[[], AbstractAsyncContextManager[House]]
    house: Callable[[], AbstractAsyncContextManager[House]]
    snapshot: Callable[[], AbstractAsyncContextManager[Snapshot]]
    loader: Callable[..., AbstractAsyncContextManager[Loader]]


def sqlite_place(folder: Path, schema: Path) -> Place:
    path = folder / "assay.sqlite3"

    def loader(*, schema: str, months: Iterable[datetime] = ()) -> AbstractAsyncContextManager[Loader]:
        return sqlite_loading.open_loader(path, schema=schema)

    return Place(
        name="sqlite",
        empty=lambda: on_sqlite(folder, schema),
        house=lambda: on_sqlite(Path(tempfile.mkdtemp(dir=folder)), path),  # a copy
        snapshot=lambda: sqlite_snapshot.open_snapshot(path),
        loader=loader,
    )


def postgres_place(url: str) -> Place:
    def loader(*, schema: str, months: Iterable[datetime] = ()) -> AbstractAsyncContextManager[Loader]:
        return postgres_loading.open_loader(url, schema=schema, months=months, now=LATER)

    return Place(
        name="postgresql",
        empty=lambda: on_postgresql(url),
        house=lambda: on_postgresql(url),
        snapshot=lambda: postgres_snapshot.open_snapshot(url),
        loader=loader,
    )


def identity(number: int, at: datetime = NOON) -> str:
    return uuid7(at + timedelta(milliseconds=number), hashlib.sha256(b"%d" % number).digest()[:10])


def blobs_in_place() -> MemoryBlobStore:
    blobs = MemoryBlobStore()
    for content in (INPUT, ANSWER, LARGE):
        blobs.put(content)
    return blobs


async def fill(house: House) -> None:
    """A problem; one submission judged, one being judged, one that waits, one dead; keys and a custom run."""
    await house.problems.record(with_data("sum"), at=NOON)
    house.clock.pass_seconds(1)
    for number in range(4):
        made = replace(submission(identity(number)), created_at=NOON + timedelta(milliseconds=number))
        key = IdempotencyKey(tenant=None, value=f"key {number}", request_sha256=str(number))
        await house.store.record_and_enqueue(made, key=key)
        if number < 2:
            (lease,) = await house.claim(token=f"t{number}", limit=1)
            step = Progress(status=SubmissionStatus.RUNNING, test_case=1, total=2)
            assert await house.verdicts.progress(lease, step)
            if number == 0:
                assert await house.verdicts.finish(lease, judgement(lease, identity(100)))
        if number == 2:
            (lease,) = await house.claim(token="t2", limit=1)
            await house.queue.bury(lease, cause="no such \x00 toolchain")


def with_data(problem_id: str) -> Problem:
    made = problem(problem_id)
    (test,) = made.tests
    refs = [DataRef(hashlib.sha256(content).hexdigest()) for content in (INPUT, ANSWER, LARGE)]
    second = replace(test, name="secret/1", input=refs[2])
    return replace(
        made, tests=(replace(test, input=refs[0], answer=refs[1]), replace(second, answer=refs[1]))
    )


def names_of(document: str) -> Iterable[DataRef]:
    return files_of(decode_problem(document))


def silent(what: str, done: int, total: int | None) -> None:
    assert total is None or done <= total, what


def occasion() -> Occasion:
    return Occasion(release="1", at=NOON, settings={"values": {}}, names_of=names_of, tell=silent)


async def backed_up(place: Place, blobs: Blobs | None) -> tuple[BinaryIO, Made]:
    """A new backup, in a file that is closed after the test."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    OPEN_FILES.append(file)
    async with place.snapshot() as snapshot:
        return file, await create(snapshot, blobs, file.fileno(), occasion())


def looked_at(file: BinaryIO) -> tuple[Archive, Report]:
    archive = open_backup(file.fileno())
    return archive, verify(archive, names_of=names_of, tell=silent)


async def restored(file: BinaryIO, place: Place, blobs: Blobs) -> Restored:
    archive, report = looked_at(file)
    assert report.damage == []
    manifest = report.manifest
    assert manifest is not None

    def open_loader() -> AbstractAsyncContextManager[Loader]:
        return place.loader(schema=manifest.origin.schema, months=report.months)

    return await restore(archive, manifest, blobs, open_loader, at=LATER, tell=silent)


def content_of(blobs: Blobs, content: bytes) -> bytes:
    fd = blobs.open(DataRef(hashlib.sha256(content).hexdigest()))
    with os.fdopen(fd, "rb") as file:
        return file.read()
