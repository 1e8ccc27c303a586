"""Brings a database to the schema that this release knows: a file here, PostgreSQL in its own folder.

The migration library is heavy in memory and needed once in a release, so it runs in a short-lived process of
the same interpreter, and only when the version that the file names is not ours.
"""

from pathlib import Path
import sqlite3
import subprocess
import sys

from assay.adapters.sql.sqlite import connect
from assay.errors import Unavailable

HEAD = "0014"  # the newest migration in migrations/versions; their numbers sort as text
UPGRADE_SECONDS_MAX = 600


def prepare(path: Path) -> None:
    """Make sure that the file has this release's schema; create or upgrade it if not. Blocks.

    Raises `Unavailable` when the file is newer than this release, is not a database, or cannot be upgraded.
    """
    found = _version(path)
    if found == HEAD:
        return
    refuse_newer(found, name=str(path))
    run_migrations(str(path), path=path)


def _version(path: Path) -> str | None:
    """The migration that the file stands at; None when it has no schema yet."""
    if not path.exists():
        return None
    try:
        connection = connect(path)
    except sqlite3.Error as error:
        raise Unavailable(f"{path} is not a database of ours, or cannot be opened: {error}") from error
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return None
        raise Unavailable(f"the database {path} cannot be read: {error}") from error
    finally:
        connection.close()
    return None if row is None else str(row[0])


def refuse_newer(found: str | None, *, name: str) -> None:
    """Raises `Unavailable` when the schema `found` is one of the future."""
    if found is not None and found > HEAD:
        raise Unavailable(
            f"the database {name} has schema {found}, and this release knows {HEAD} at most: "
            "it was used by a newer release. Start that release, or restore a backup from before the upgrade."
        )


def run_migrations(name: str, *, path: Path | None = None, url: str = "", revision: str = HEAD) -> None:
    """Upgrade a file, or the PostgreSQL database at `url`, to `revision`. Blocks. Raises `Unavailable`."""
    command = [sys.executable, "-P", "-m", "assay.adapters.sql.migrations", revision]
    try:
        done = subprocess.run(
            command if path is None else [*command, str(path)],
            input=url.encode(), capture_output=True, timeout=UPGRADE_SECONDS_MAX, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"upgrading {name} took longer than {UPGRADE_SECONDS_MAX} s") from error
    if done.returncode != 0:
        said = [line for line in done.stderr.decode(errors="replace").splitlines() if "Error: " in line]
        raise Unavailable(f"the database {name} cannot be upgraded: {said[-1] if said else done.returncode}")
