"""Which language a source is in: by its ending, and by its content where an ending does not settle it. Pure.

ending of one language alone        that language
ending that others share            whoever the first line #!… names; else whoever has more lines that tell
                                    it; the ending's owner when nobody has, or as many
no ending, or nobody's              whoever the first line #!… names
"""

from collections.abc import Sequence
from functools import cache
import re

from assay.domain.language import Language
from assay.domain.submission import SourceFile

_HEAD_BYTES = 65_536  # of a source: what it is shows early, and an input must not cost time by its size
_LINE_CHARACTERS_MAX = 200  # of a line that is looked at: none that tells a language is longer
_SHEBANG = re.compile(rb"#!\s*(\S+)(?:[ \t]+([^\r\n]*))?")
_VERSION = re.compile(r"-?[0-9.]+$")


def detect(file: SourceFile, *, owner: Language | None, languages: Sequence[Language]) -> Language | None:
    """The language of one file. `owner` is the one to whom its ending belongs."""
    ending = extension_of(file.name).lower()
    sharing = [each for each in languages if ending in each.detection.shared_extensions]
    if owner is not None and not sharing:
        return owner
    interpreter = interpreter_of(file.content)
    candidates = [owner, *sharing] if owner is not None else [*sharing]
    for language in candidates or languages:
        if interpreter in language.detection.interpreters:
            return language
    if not candidates:
        return None
    lines = _lines(file.content)
    # max() keeps the first of equals: the owner.
    best = max(candidates, key=lambda each: _telltale_lines(each, lines))
    return best if best is owner or _telltale_lines(best, lines) else None


def extension_of(name: str) -> str:
    """What is behind the last dot of a file's name, as written; "" for none and for hidden files."""
    stem, dot, extension = name.rpartition("/")[2].rpartition(".")
    return extension if dot and stem else ""


def interpreter_of(content: bytes) -> str | None:
    """The program that a first line `#!…` names, without its folder and version; `env`'s argument for env."""
    shebang = _SHEBANG.match(content[:_LINE_CHARACTERS_MAX])
    if shebang is None:
        return None
    name = _base_name(shebang[1])
    if name == "env":
        words = (shebang[2] or b"").split()
        name = next(
            (_base_name(word) for word in words if not word.startswith(b"-") and b"=" not in word), ""
        )
    return _VERSION.sub("", name) or None


def _base_name(path: bytes) -> str:
    return path.decode(errors="replace").rpartition("/")[2]


def _lines(content: bytes) -> list[str]:
    text = content[:_HEAD_BYTES].decode(errors="replace")
    return [line.strip()[:_LINE_CHARACTERS_MAX] for line in text.splitlines()]


def _telltale_lines(language: Language, lines: Sequence[str]) -> int:
    patterns = [_compiled(pattern) for pattern in language.detection.telltales]
    return sum(any(pattern.match(line) for pattern in patterns) for line in lines)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
