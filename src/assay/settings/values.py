"""Single settings, from the words of the environment. Each refusal names its setting."""

from collections.abc import Mapping
import logging
from pathlib import Path
import re
import shutil

from assay.errors import UsageError
from assay.settings.model import DockerSettings

# Made by root for every user of this machine, like the JDK's own class data, which are below /usr/lib, too.
WARM_ROOT = Path("/usr/lib/assay/warm")
TOKEN_CHARACTERS_MIN = 16  # fewer can be found by trying
SECONDS_MIN = 0.1  # below, leases would run out while a machine draws breath
LOG_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
DEFAULT_RUBRIC = "default@1"
DEFAULT_ROLE = "generalist"
_RUBRIC_NAME = re.compile(r"[a-z][a-z0-9_-]*(@[0-9]+)?")
_ROLE = re.compile(r"[a-z][a-z0-9_-]*")
_HOST_NAME = re.compile(r"\*|[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_TOKEN = re.compile(rf"[\x21-\x7e]{{{TOKEN_CHARACTERS_MIN},}}")


def number(
    environment: Mapping[str, str], name: str, flag: int | None, *, default: int, lowest: int, highest: int
) -> int:
    text = environment.get(name, "")
    if flag is not None:  # said on the command line: then the setting's flag is what is wrong
        name = f"--{name.removeprefix('ASSAY_').lower()}"
    try:
        value = flag if flag is not None else int(text) if text else default
    except ValueError:
        raise UsageError(f"{name} must be a whole number, not {text!r}") from None
    if not lowest <= value <= highest:
        raise UsageError(f"{name} must lie between {lowest} and {highest}, not {value}")
    return value


def seconds(environment: Mapping[str, str], name: str, *, default: float, highest: float) -> float:
    text = environment.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError:
        raise UsageError(f"{name} is a number of seconds, not {text!r}") from None
    if not SECONDS_MIN <= value <= highest:
        raise UsageError(f"{name} lies between {SECONDS_MIN:g} and {highest:g} seconds, not {text}")
    return value


def host_names(text: str) -> frozenset[str]:
    names = {name.strip().lower() for name in text.split(",")} - {""}
    for name in names:
        if not _HOST_NAME.fullmatch(name):
            raise UsageError(
                f"ASSAY_ALLOWED_HOSTS lists names without port, separated by commas, or '*', not {name!r}"
            )
    return frozenset(names)


def log_level(environment: Mapping[str, str]) -> int:
    name = environment.get("ASSAY_LOG_LEVEL") or "info"
    try:
        return LOG_LEVELS[name]
    except KeyError:
        raise UsageError(f"ASSAY_LOG_LEVEL is one of {', '.join(LOG_LEVELS)}, not {name!r}") from None


def warm_root(environment: Mapping[str, str]) -> Path | None:
    text = environment.get("ASSAY_WARM") or "on"
    if text in ("on", "off"):
        return WARM_ROOT if text == "on" else None
    if not text.startswith("/usr/") or ".." in text.split("/"):
        # A compiler sees the folder at its own place, and no more of the host's than /usr and some of /etc.
        raise UsageError(f"ASSAY_WARM is on, off or a folder below /usr, not {text!r}")
    return Path(text)


def testlib(environment: Mapping[str, str]) -> Path | None:
    text = environment.get("ASSAY_TESTLIB", "")
    if not text:
        return None
    path = Path(text).absolute()
    if not path.is_file():
        raise UsageError(f"ASSAY_TESTLIB is the path of a testlib.h; there is no file {text!r}")
    return path


def rubric(environment: Mapping[str, str]) -> str:
    """A name, or the whole path of a file. Whether it is a rubric is for the worker that scores by it."""
    text = environment.get("ASSAY_RUBRIC") or DEFAULT_RUBRIC
    if _RUBRIC_NAME.fullmatch(text):
        return text
    path = Path(text).absolute()
    if not path.is_file():
        raise UsageError(f"ASSAY_RUBRIC is a rubric's name or the path of its file; there is no {text!r}")
    return str(path)


def role(environment: Mapping[str, str]) -> str:
    text = environment.get("ASSAY_ROLE") or DEFAULT_ROLE
    if not _ROLE.fullmatch(text):
        raise UsageError(f"ASSAY_ROLE is the id of a role such as {DEFAULT_ROLE}, not {text!r}")
    return text


def is_on(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name) or "on"
    if text not in ("on", "off"):
        raise UsageError(f"{name} is on or off, not {text!r}")
    return text == "on"


def operator_token(environment: Mapping[str, str]) -> str | None:
    token = environment.get("ASSAY_OPERATOR_TOKEN") or None
    if token is not None and not _TOKEN.fullmatch(token):
        raise UsageError(
            f"ASSAY_OPERATOR_TOKEN is {TOKEN_CHARACTERS_MIN} or more printable ASCII characters, no spaces"
        )
    return token


def docker(environment: Mapping[str, str]) -> DockerSettings | None:
    kind = environment.get("ASSAY_SANDBOX") or "cell"
    if kind not in ("cell", "docker"):
        raise UsageError(f"ASSAY_SANDBOX is cell or docker, not {kind!r}")
    if kind == "cell":
        return None
    host = environment.get("ASSAY_DOCKER_HOST") or "unix:///var/run/docker.sock"
    path = host.removeprefix("unix://")
    if not path.startswith("/"):
        raise UsageError(f"ASSAY_DOCKER_HOST is the engine's unix socket (unix:///path), not {host!r}")
    image = environment.get("ASSAY_DOCKER_IMAGE", "")
    if not image:
        raise UsageError("ASSAY_SANDBOX=docker needs the image that programs run in: set ASSAY_DOCKER_IMAGE")
    device = environment.get("ASSAY_DOCKER_IO_DEVICE", "")
    if device and not device.startswith("/dev/"):
        raise UsageError(f"ASSAY_DOCKER_IO_DEVICE is a block device such as /dev/sda, not {device!r}")
    return DockerSettings(
        socket_path=Path(path),
        image=image,
        runtime=environment.get("ASSAY_DOCKER_RUNTIME") or None,
        init_binary=Path(environment.get("ASSAY_DOCKER_INIT") or _find_docker_init()).absolute(),
        io_device=Path(device) if device else None,
    )


def find_cell() -> str:
    return _find_program("cell", "cell/build/cell")


def _find_docker_init() -> str:
    return _find_program("assay-init", "deploy/docker-sandbox/build/assay-init")


def _find_program(name: str, place: str) -> str:
    """A program of ours: this checkout's when run from one, else the one on the PATH."""
    from_checkout = Path(__file__).resolve().parents[3] / place
    if from_checkout.exists():
        return str(from_checkout)
    return shutil.which(name) or str(from_checkout)
