"""`python -m assay.adapters.sql.migrations REVISION [FILE]`: upgrade a database to a schema.

FILE is a SQLite file. Without one, standard input has the URL of a PostgreSQL database: it may hold a
password, and the arguments of a process are everybody's to read.
"""

import fcntl
import os
from pathlib import Path
import sys

from alembic import command
from alembic.config import Config


def main(revision: str, path: Path | None) -> None:
    """Upgrade one database. Processes that start together take turns; the later ones find nothing to do."""
    if path is None:
        _upgrade(sys.stdin.read().strip(), revision)
        return
    turn = os.open(path.with_name(path.name + ".upgrade"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _upgrade(path, revision)
    finally:
        os.close(turn)


def _upgrade(target: Path | str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["target"] = target
    command.upgrade(config, revision)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None)
