"""A backup of test data in a bucket, and back into one."""

import os
from pathlib import Path

from assay.adapters.s3.blobs import Bucket, S3Blobs
from assay.adapters.s3.uncached import UncachedBlobs
from tests.contract.backup.places import (
    ANSWER,
    INPUT,
    LARGE,
    backed_up,
    content_of,
    fill,
    looked_at,
    restored,
    sqlite_place,
)
from tests.engines.seaweed import SeaweedServer


async def test_from_a_bucket_into_another(bucket: Bucket, tmp_path: Path, schema: Path) -> None:
    places = [sqlite_place(tmp_path / name, schema) for name in ("a", "b")]
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    source = UncachedBlobs(S3Blobs(bucket))
    for content in (INPUT, ANSWER, LARGE):
        source.put(content)
    async with places[0].empty() as house:
        await fill(house)
        file, made = await backed_up(places[0], source)
    assert made.is_whole
    target = UncachedBlobs(S3Blobs(other(bucket)))
    assert (await restored(file, places[1], target)).blobs == 3
    assert [content_of(target, each) for each in (INPUT, ANSWER, LARGE)] == [INPUT, ANSWER, LARGE]


async def test_what_is_damaged_or_missing_in_the_bucket_is_named(
    bucket: Bucket, seaweed: SeaweedServer, tmp_path: Path, schema: Path
) -> None:
    place = sqlite_place(tmp_path, schema)
    source = UncachedBlobs(S3Blobs(bucket))
    source.put(INPUT)
    answer = source.put(ANSWER)
    seaweed.damage(f"{bucket.name}/{bucket.prefix}/{answer[:2]}/{answer[2:]}", b"other")
    async with place.empty() as house:
        await fill(house)
        file, made = await backed_up(place, source)
    assert len(made.manifest.blobs.missing) == 2
    assert answer in made.manifest.blobs.missing
    assert looked_at(file)[1].can_be_restored


def other(bucket: Bucket) -> Bucket:
    return Bucket(**{**vars(bucket), "prefix": f"{bucket.prefix}-copy"})


def test_a_file_that_is_opened_is_its_callers(bucket: Bucket) -> None:
    blobs = UncachedBlobs(S3Blobs(bucket))
    fd = blobs.open(blobs.put(LARGE))
    try:
        assert os.fstat(fd).st_size == len(LARGE)
        assert os.pread(fd, 16, 0) == LARGE[:16]
    finally:
        os.close(fd)
