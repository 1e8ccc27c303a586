"""`python -m assay.adapters.sql.migrations FILE`: upgrade a SQLite file to the newest schema."""

import fcntl
import os
from pathlib import Path
import sys

from alembic import command
from alembic.config import Config


def main(path: Path) -> None:
    """Upgrade one file. Processes that start together take turns; the later ones find nothing left to do."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["path"] = path
    turn = os.open(path.with_name(path.name + ".upgrade"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        command.upgrade(config, "head")
    finally:
        os.close(turn)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
