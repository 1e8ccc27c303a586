"""Rewriting SQLite's file: what was deleted is there until its pages are used again."""

from contextlib import closing
from pathlib import Path
import sqlite3

from assay.adapters.sql.sqlite import connect
from assay.errors import Unavailable

BUSY_MILLISECONDS = 10_000  # who writes or reads for longer should be waited for by whoever asked


def vacuum(path: Path) -> None:
    """Raises `Unavailable`. Nobody else writes meanwhile; it takes as much room again."""
    try:
        with closing(connect(path)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS:d}")
            connection.execute("VACUUM")
            ((is_busy, *_),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        raise Unavailable(f"the database {path} cannot be rewritten: {error}; try again later") from error
    if is_busy:
        raise Unavailable(f"somebody reads in the database {path}, whose log still has old pages; try again")
