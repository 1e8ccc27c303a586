"""`python -m assay.adapters.sql.migrations [FILE]`: upgrade a database to the newest schema.

FILE is a SQLite file. Without one, standard input has the URL of a PostgreSQL database: it may hold a
password, and the arguments of a process are everybody's to read.
"""

import fcntl
import os
from pathlib import Path
import sys

from alembic import command
from alembic.config import Config


def main(path: Path | None) -> None:
    """Upgrade one database. Processes that start together take turns; the later ones find nothing to do."""
    if path is None:
        _upgrade(sys.stdin.read().strip())
        return
    turn = os.open(path.with_name(path.name + ".upgrade"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _upgrade(path)
    finally:
        os.close(turn)


def _upgrade(target: Path | str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["target"] = target
    command.upgrade(config, "head")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
