"""Settings in a file, which unlike the environment can be read again while a process runs.

    # ASSAY_CONFIG=/etc/assay/settings names it
    ASSAY_SLOTS=8
    ASSAY_OPERATOR_TOKEN="…"

The names are those of the environment, so that systemd and Docker can read the same file. What the
environment says itself, or a flag, wins over it. A name that nobody reads is a slip, and is refused.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
import re

from assay.errors import UsageError

SETTING = "ASSAY_CONFIG"
BYTES_MAX = 64 << 10  # some hundred lines; what is larger is another file
_LINE = re.compile(r"(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)")
_QUOTES = ("'", '"')

KNOWN = frozenset(
    {
        *("ASSAY_DATA_DIR", "ASSAY_DATABASE_URL", "ASSAY_DATABASE_READ_URL", "ASSAY_READ_LAG_SECONDS_MAX"),
        *("ASSAY_EVENTS_URL", "ASSAY_CACHE_URL", "ASSAY_QUEUE_URL", "ASSAY_QUEUE_WINDOW"),
        *("ASSAY_BLOB_URL", "ASSAY_BLOB_CACHE_BYTES"),
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        *("ASSAY_HOST", "ASSAY_ALLOWED_HOSTS", "ASSAY_PORT", "ASSAY_METRICS", "ASSAY_METRICS_PORT"),
        *("ASSAY_SLOTS", "ASSAY_SLOTS_MAX", "ASSAY_LEASE_SECONDS", "ASSAY_HEARTBEAT_SECONDS"),
        *("ASSAY_LOG_LEVEL", "ASSAY_OPERATOR_TOKEN"),
        *("ASSAY_PRACTICE_DEPTH_MAX", "ASSAY_PRACTICE_AGE_SECONDS_MAX"),
        *("ASSAY_USER", "ASSAY_CELL", "ASSAY_FIRST_SLOT_UID", "ASSAY_ATTACK_GATE"),
        *("ASSAY_WARM", "ASSAY_COMPILE_CACHE", "ASSAY_TESTLIB", "ASSAY_CRASH_POINT"),
        *("ASSAY_RUBRIC", "ASSAY_ROLE"),
        *("ASSAY_SANDBOX", "ASSAY_DOCKER_HOST", "ASSAY_DOCKER_IMAGE", "ASSAY_DOCKER_IO_DEVICE"),
        *("ASSAY_DOCKER_RUNTIME", "ASSAY_DOCKER_INIT"),
    }
)


def settings_file(environment: Mapping[str, str]) -> Path | None:
    """Where the file is, if one is named."""
    text = environment.get(SETTING, "")
    return Path(text).absolute() if text else None


def read_file(path: Path) -> dict[str, str]:
    """What the file says. Raises `UsageError` that names the line, and never repeats a value."""
    try:
        with path.open("rb") as file:
            content = file.read(BYTES_MAX + 1)
        text = content.decode()
    except OSError as error:
        raise UsageError(f"{SETTING}: {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{SETTING}: {path} is no text") from None
    if len(content) > BYTES_MAX:
        raise UsageError(f"{SETTING}: {path} has more than {BYTES_MAX} bytes: it is no file of settings")
    said: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise UsageError(f"{SETTING}: line {number} of {path} is not NAME=value")
        name = found["name"]
        if name not in KNOWN:
            raise UsageError(f"{SETTING}: line {number} of {path}: {_unknown(name)}")
        if name in said:
            raise UsageError(f"{SETTING}: line {number} of {path} says {name} for the second time")
        said[name] = _unquoted(found["value"].strip())
    return said


def _unknown(name: str) -> str:
    near = get_close_matches(name, KNOWN, n=1)
    return f"there is no setting {name}" + (f"; do you mean {near[0]}?" if near else "")


def _unquoted(value: str) -> str:
    is_quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in _QUOTES
    return value[1:-1] if is_quoted else value
