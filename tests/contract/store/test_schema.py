"""The schema: made when missing, left alone when right, refused when newer."""

from multiprocessing import get_context
from pathlib import Path
import sqlite3
import subprocess
import sys

from alembic.config import Config
from alembic.script import ScriptDirectory
import pytest

from assay.adapters.sql import migrations, schema
from assay.adapters.sql.schema import HEAD, prepare
from assay.errors import Unavailable


def version_in(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    finally:
        connection.close()


def set_version(path: Path, version: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.commit()
    connection.close()


def test_a_missing_file_is_made(tmp_path: Path) -> None:
    prepare(tmp_path / "new.sqlite3")
    assert version_in(tmp_path / "new.sqlite3") == HEAD


def test_a_file_without_a_schema_gets_one(tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite3").touch()
    prepare(tmp_path / "empty.sqlite3")
    assert version_in(tmp_path / "empty.sqlite3") == HEAD


def test_the_constant_names_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(str(migrations.__file__)).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_file_that_is_right_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(tmp_path / "new.sqlite3")
    monkeypatch.setattr(schema, "run_migrations", lambda *_, **__: pytest.fail("upgraded again"))
    prepare(tmp_path / "new.sqlite3")


def test_a_newer_schema_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    prepare(path)
    set_version(path, "9999")
    with pytest.raises(Unavailable, match=r"schema 9999.*newer release"):
        prepare(path)
    assert version_in(path) == "9999"


def test_what_cannot_be_upgraded_says_why(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    prepare(path)
    set_version(path, "0000")
    with pytest.raises(Unavailable, match=r"cannot be upgraded.*0000"):
        prepare(path)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("words " * 1000)
    with pytest.raises(Unavailable, match=r"notes\.txt"):
        prepare(path)
    assert path.read_text() == "words " * 1000


def test_processes_that_start_together_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    processes = [get_context("spawn").Process(target=prepare, args=(path,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=30)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert version_in(path) == HEAD


def test_the_migration_library_stays_out_of_the_running_process(tmp_path: Path) -> None:
    look = (
        "import sys; from pathlib import Path; from assay.adapters.sql.schema import prepare;"
        "prepare(Path(sys.argv[1])); print('alembic' in sys.modules or 'sqlalchemy' in sys.modules)"
    )
    command = [sys.executable, "-c", look, str(tmp_path / "new.sqlite3")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    "index", ["submissions_by_user", "submissions_by_problem", "jobs_due", "jobs_leased"]
)
def test_the_indices_that_keep_it_quick_are_there(tmp_path: Path, index: str) -> None:
    path = tmp_path / "new.sqlite3"
    prepare(path)
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (index,)).fetchone()
    connection.close()
    assert found == (1,)
