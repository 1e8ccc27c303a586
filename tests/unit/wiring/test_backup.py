"""What backups go into, from settings."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assay.errors import UsageError
from assay.settings import read_settings
from assay.wiring.backup import loader_opener
from assay.wiring.schema import newest_schema

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("environment", [{}, {"ASSAY_DATABASE_URL": "postgresql://nowhere/judge"}])
def test_a_schema_of_the_future_is_refused_before_anything_is_opened(
    environment: dict[str, str], tmp_path: Path
) -> None:
    settings = read_settings(environment, data_dir=tmp_path)
    loader_opener(settings, schema=newest_schema(), months=[], now=NOW)
    with pytest.raises(UsageError, match=r"schema 9000, and this release knows .* release that made it"):
        loader_opener(settings, schema="9000", months=[], now=NOW)
