"""The bucket of the test data, as 'assay doctor' sees it."""

from collections.abc import Iterator

from assay.cli.checks import Check
from assay.settings import Settings
from assay.wiring.blobs import trouble_with_bucket


def check_bucket(settings: Settings) -> Iterator[Check]:
    """Whether it is there, can be reached, and takes our keys. Nothing for a folder."""
    if settings.s3 is None:
        return
    trouble = trouble_with_bucket(settings)
    if trouble is None:
        place = settings.s3.endpoint or f"Amazon ({settings.s3.region})"
        yield Check(name="test_data", ok=True, found=f"bucket {settings.s3.bucket} at {place}", remedy="")
    else:
        found, remedy = trouble
        yield Check(name="test_data", ok=False, found=found, remedy=remedy)
