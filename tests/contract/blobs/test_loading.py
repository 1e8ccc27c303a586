"""Who keeps test data in a folder does not carry what speaks S3."""

from pathlib import Path
import subprocess
import sys

import pytest

from tests.engines.seaweed import ACCESS_KEY, SECRET_KEY

PROGRAM = """
import os, sys
from assay.settings import read_settings
from assay.wiring import house
from assay.wiring.blobs import open_test_data
with open_test_data(read_settings(os.environ)):
    print("obstore" in sys.modules)
"""


@pytest.mark.parametrize(
    ("url", "is_loaded"), [("file:///srv/blobs", False), ("s3://test-data?endpoint=http://127.0.0.1:1", True)]
)
def test_it_is_loaded_for_a_bucket_alone(tmp_path: Path, url: str, is_loaded: bool) -> None:
    """And the store is not asked for anything: it need not be there."""
    environment = {
        "ASSAY_DATA_DIR": str(tmp_path),
        "ASSAY_BLOB_URL": url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (f"{is_loaded}\n", "")
