"""Whether a language's toolchain is installed on this host, where its program is, and which version it is."""

from collections.abc import Mapping
from pathlib import Path
import re
import subprocess

from assay.domain.language import Language
from assay.errors import Unavailable

VERSION_TIMEOUT_S = 60  # a cold JVM takes two, on a machine with all else to do twenty; past this it hangs
SCRATCH = "/tmp"  # noqa: S108 - inside the sandbox, where it is the run's own


def base_environment() -> dict[str, str]:
    """The whole environment of a compiler or a program; a language adds to it. Nothing is inherited."""
    return {"LC_ALL": "C.UTF-8", "HOME": SCRATCH, "PATH": "/usr/bin:/bin"}


def matches(pattern: str) -> list[Path]:
    """The existing paths that an absolute glob stands for, in order of name."""
    return sorted(Path("/").glob(pattern.removeprefix("/")))


def newest_match(pattern: str) -> str:
    """The path that a glob stands for: of several, the highest version; of none, the glob itself.

    Distributions put versions into paths (/usr/lib/jvm/java-17-openjdk-amd64), so data files use globs.
    """
    return max(map(str, matches(pattern)), key=_version_key, default=pattern)


def is_available(language: Language) -> bool:
    """Whether everything that the language needs is installed. Looks at the file system."""
    return all(matches(pattern) for pattern in language.required_paths)


def how_to_install(language: Language) -> str:
    """A command that brings the toolchain: Debian's packages or, what Debian has not, our own set-up."""
    if language.apt_packages:
        return f"apt-get install {' '.join(language.apt_packages)}"
    return f"make setup LANGUAGES={language.id}"


def version(language: Language) -> str:
    """The first line that the toolchain says about itself. Runs it: blocking, up to some 100 ms.

    Raises Unavailable when it cannot be run.
    """
    environment: Mapping[str, str] = base_environment() | (language.compile.env if language.compile else {})
    remedy = f"install it with: {how_to_install(language)}"
    try:
        done = subprocess.run(
            language.version_argv,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=VERSION_TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(
            f"the toolchain of {language.name} does not say its version ({error}); {remedy}"
        ) from error
    lines = done.stdout.decode(errors="replace").strip().splitlines()
    if not lines:
        raise Unavailable(f"the toolchain of {language.name} says nothing about its version; {remedy}")
    return lines[0].strip()


def _version_key(path: str) -> tuple[tuple[int, str], ...]:
    """Orders 9 before 17: numbers as numbers, the rest as text."""
    return tuple(
        (int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", path) if part
    )
