"""`assay doctor` on the bucket of the settings."""

import pytest

from assay.cli.doctor_bucket import check_bucket
from assay.settings import read_settings
from tests.contract.blobs.conftest import BUCKET
from tests.engines.seaweed import SeaweedServer


def test_a_bucket_that_can_be_used(seaweed: SeaweedServer) -> None:
    (check,) = check_bucket(read_settings(seaweed.environment(f"{BUCKET}/prefix")))
    assert check.ok
    assert check.found == f"bucket {BUCKET} at {seaweed.endpoint}"


@pytest.mark.parametrize(
    ("change", "found", "remedy"),
    [
        ({"AWS_ACCESS_KEY_ID": "nobody"}, "InvalidAccessKeyId", "check AWS_ACCESS_KEY_ID"),
        ({"AWS_SECRET_ACCESS_KEY": "mistyped"}, "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
        ({"ASSAY_BLOB_URL": "s3://test-data?endpoint=http://127.0.0.1:1"}, "Connection refused", "endpoint"),
    ],
)
def test_wrong_keys_and_places_are_named(
    seaweed: SeaweedServer, change: dict[str, str], found: str, remedy: str
) -> None:
    (check,) = check_bucket(read_settings({**seaweed.environment(BUCKET), **change}))
    assert not check.ok
    assert found in check.found
    assert remedy in check.remedy
    assert "mistyped" not in check.found + check.remedy


def test_a_missing_bucket_is_named(seaweed: SeaweedServer) -> None:
    (check,) = check_bucket(read_settings(seaweed.environment("no-such-bucket")))
    assert (check.name, check.ok) == ("test_data", False)
    assert "no-such-bucket" in check.found
    assert "NoSuchBucket" in check.found
    assert "make the bucket" in check.remedy


def test_a_folder_is_no_bucket() -> None:
    assert list(check_bucket(read_settings({}))) == []
