"""Which Java class to start, and which one names the file, found from the sources. Pure.

No parser: comments, strings and characters are blanked out, then the braces show which top-level type the
`main` method is in. A source that fools this does not compile or does not start, and harms only itself.
"""

from collections.abc import Iterable
import re

DEFAULT_MAIN_CLASS = "Main"  # the package format's default entry point for Java

NOISE = re.compile(  # comments, strings and characters
    r'/\*.*?\*/|//[^\n]*|"""(?:\\.|.)*?"""|"(?:\\.|[^"\\\n])*"|' + r"'(?:\\.|[^'\\\n])*'",
    re.DOTALL,
)
_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
_TOKEN = re.compile(
    r"[{}]|\b(?:class|interface|enum|record)\s+(\w+)|\bvoid\s+(main)\s*\(\s*(?:final\s+)?String\b"
)
_PUBLIC_TYPE = re.compile(
    r"[{}]|\bpublic\s+(?:(?:abstract|final|sealed|non-sealed|strictfp)\s+)*(?:class|interface|enum|record)\s+(\w+)"
)


def find_public_type(source: bytes) -> str | None:
    """The public top-level type, after which javac wants the file to be named; None when there is none."""
    depth = 0
    for token in _PUBLIC_TYPE.finditer(NOISE.sub(" ", source.decode(errors="replace"))):
        if token[1] and depth == 0:
            return token[1]
        depth += {"{": 1, "}": -1}.get(token[0], 0)
    return None


def find_main_class(sources: Iterable[bytes]) -> str:
    """The full name of the class with `void main(String…)`; `Main` is preferred, then the first found.

    Falls back to "Main", so that the JVM itself says what is missing.
    """
    found = [name for source in sources for name in _classes_with_main(source.decode(errors="replace"))]
    for name in found:
        if name.rpartition(".")[2] == DEFAULT_MAIN_CLASS:
            return name
    return found[0] if found else DEFAULT_MAIN_CLASS


def _classes_with_main(source: str) -> list[str]:
    code = NOISE.sub(" ", source)
    package = _PACKAGE.search(code)
    prefix = f"{package[1]}." if package else ""
    found = []
    depth = 0
    top_level = None
    for token in _TOKEN.finditer(code):
        if token[0] == "{":
            depth += 1
        elif token[0] == "}":
            depth -= 1
        elif token[1] and depth == 0:
            top_level = token[1]
        elif token[2] and depth == 1 and top_level:
            found.append(prefix + top_level)
    return found
