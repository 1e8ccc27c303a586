"""`assay doctor` on a PostgreSQL database: each thing that can be wrong, named with its remedy."""

from collections.abc import Iterator
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.engines.postgres import PostgresServer, running_postgres
from tests.product.running import assay


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


def findings(folder: Path, url: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and what was found by name."""
    done = assay("doctor", "--json", "--data-dir", folder, env={**os.environ, "ASSAY_DATABASE_URL": url})
    assert "secret" not in done.stdout + done.stderr, "a password is nobody's business"
    return done.returncode, {check["name"]: check for check in json.loads(done.stdout)["checks"]}


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    code, found = findings(tmp_path, "postgresql://me:secret@127.0.0.1:1/assay")
    assert (code, found["database"]["ok"]) == (3, False)
    assert "ASSAY_DATABASE_URL" in found["database"]["remedy"]


def test_a_wrong_password_and_a_wrong_name(tmp_path: Path, postgres: PostgresServer) -> None:
    for url in (
        f"postgresql://assay:secret2@127.0.0.1:{postgres.port}/postgres",
        f"{postgres.url('nowhere')}",
    ):
        code, found = findings(tmp_path, url)
        assert (code, found["database"]["ok"]) == (3, False)
        assert found["database"]["remedy"]


def test_an_empty_one_an_older_one_and_a_newer_one(tmp_path: Path, postgres: PostgresServer) -> None:
    url = postgres.create_database("looked_at")
    _, found = findings(tmp_path, url)
    assert found["database"]["ok"]
    assert "none yet" in found["database"]["found"]
    assert "assay migrate" in found["database"]["remedy"]
    assert found["clock"]["ok"]
    migrated = assay("migrate", "--data-dir", tmp_path / "data", "--database-url", url)
    assert migrated.returncode == 0, migrated.stderr
    _, found = findings(tmp_path, url)
    assert (found["database"]["ok"], found["database"]["remedy"]) == (True, "")
    postgres.sql("UPDATE alembic_version SET version_num = '9999'", "looked_at")
    code, found = findings(tmp_path, url)
    assert (code, found["database"]["ok"]) == (3, False)
    assert "newer release" in found["database"]["remedy"]
    refused = assay("migrate", "--data-dir", tmp_path / "data", "--database-url", url)
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "newer release" in refused.stderr
