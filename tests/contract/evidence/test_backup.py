"""Scores and their evidence go through a backup, into either database, and the log goes on from there."""

from collections.abc import Iterator
from pathlib import Path
import tempfile

import pytest

from assay.adapters.memory.blobs import MemoryBlobStore
from assay.assessments.evidence.audit import audit, compare
from assay.assessments.evidence.file import read_file
from assay.assessments.evidence.sealing import erase, export
from assay.assessments.evidence.verify import verify
from assay.assessments.ports import Standing
from assay.domain.evidence import Candidate, EntryKind
from tests.contract.backup.places import (
    OPEN_FILES,
    backed_up,
    postgres_place,
    restored,
    sqlite_place,
)
from tests.contract.evidence.places import Registry, postgresql_registry, sqlite_registry

GRACE = Candidate(tenant=None, user_id="grace", submission_id="s1")


@pytest.fixture(autouse=True)
def files_closed() -> Iterator[None]:
    yield
    while OPEN_FILES:
        OPEN_FILES.pop().close()


async def fill(registry: Registry) -> None:
    """Two that are scored, one of them erased; one that is being scored, one that is unscored."""
    await registry.scored("s0", user_id="ada")
    await registry.scored("s1", user_id="grace")
    assert await erase(GRACE, registry.desk) is not None
    for number in (2, 3):
        await registry.judged(f"s{number}")
        (lease,) = await registry.claim(token=f"k{number}")
        if number == 3:
            assert await registry.scores.give_up(lease, cause="no r\xf6om")


async def check(registry: Registry, before: Registry) -> None:
    """All is there, nothing is broken, and the next score is the next entry, on another timeline."""
    keys = await registry.log.keys()
    assert await audit(registry.log) == []
    for submission, is_erased in (("s0", False), ("s1", True)):
        report = verify(read_file(await export(submission, registry.log)), keys)
        assert report.broken is None
        assert bool(report.erased) is is_erased
    kept = await registry.log.head()
    assert kept is not None
    assert await compare(kept, registry.log) == []
    (unscored,) = await registry.scores.unscored(limit=10)
    assert (unscored.submission_id, unscored.cause) == ("s3", "no r\xf6om")

    registry.follow(before)
    (lease,) = await registry.claim(token="after")
    assert (lease.submission_id, lease.attempt) == ("s2", 1), "what was being scored waits, uncounted"
    new = await registry.sealed(lease, user_id="linus")
    assert await registry.scores.record(lease, new, signer=registry.signer) is not None
    state = await registry.scores.state("s2")
    assert state is not None
    assert state.standing is Standing.SCORED
    head = await registry.log.head()
    assert head is not None
    assert (head.head.tree_size, head.head.timeline) == (kept.head.tree_size + 1, 2)
    assert head.head.log == kept.head.log
    assert await compare(kept, registry.log) == []
    kinds = [entry.kind for entry in await registry.log.entries(start=0, limit=9)]
    assert kinds == [
        EntryKind.ASSESSMENT,
        EntryKind.ASSESSMENT,
        EntryKind.ERASURE,
        EntryKind.ASSESSMENT,
    ]


async def test_from_a_file_into_a_server(tmp_path: Path, schema: Path, empty_postgres: str) -> None:
    async with sqlite_registry(tmp_path, schema) as before:
        await fill(before)
    file, _ = await backed_up(sqlite_place(tmp_path, schema), None)
    await restored(file, postgres_place(empty_postgres), MemoryBlobStore())
    async with postgresql_registry(empty_postgres) as after:
        await check(after, before)


async def test_from_a_server_into_a_file(tmp_path: Path, schema: Path, empty_postgres: str) -> None:
    async with postgresql_registry(empty_postgres) as before:
        await fill(before)
    file, _ = await backed_up(postgres_place(empty_postgres), None)
    await restored(file, sqlite_place(tmp_path, schema), MemoryBlobStore())
    copied = Path(tempfile.mkdtemp(dir=tmp_path))
    async with sqlite_registry(copied, tmp_path / "assay.sqlite3") as after:
        await check(after, before)


async def test_a_log_that_went_back_is_found_by_whoever_kept_a_head(
    tmp_path: Path, schema: Path, empty_postgres: str
) -> None:
    async with sqlite_registry(tmp_path, schema) as before:
        await before.scored("s0")
        file, _ = await backed_up(sqlite_place(tmp_path, schema), None)
        await before.scored("s1")
        kept = await before.log.head()
    assert kept is not None
    await restored(file, postgres_place(empty_postgres), MemoryBlobStore())
    async with postgresql_registry(empty_postgres) as after:
        after.follow(before)
        (fault,) = await compare(kept, after.log)
        assert fault.startswith("2 entries were there, and 1 are now")
        for number in (2, 3):
            await after.scored(f"s{number}")
        (fault,) = await compare(kept, after.log)
        assert "the first 2 entries are not those of then" in fault
        assert "went back to an earlier point" in fault
