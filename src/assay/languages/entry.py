"""Which class, object or module to start, in the other languages that need one named. Pure. Java's: java.py.

No parser here either: see there what is blanked out and why that is enough.
"""

from collections.abc import Sequence
import re

from assay.domain.submission import SourceFile
from assay.languages.java import DEFAULT_MAIN_CLASS, NOISE

_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)", re.MULTILINE)
_SCALA_APP = re.compile(r"\bobject\s+(\w+)\s+extends\s+(?:[\w.\[\]]+\s+with\s+)*App\b")
_SCALA_TOKEN = re.compile(r"[{}]|\bobject\s+(\w+)|\bdef\s+(main)\s*\(")
_GROOVY_TOKEN = re.compile(r"[{}]|\bclass\s+(\w+)|\bstatic\s+(?:void\s+|def\s+)?(main)\s*\(")
_PROLOG_INITIALIZATION = re.compile(r"^\s*:-\s*initialization\b", re.MULTILINE)
_ERLANG_MODULE = re.compile(r"^\s*-\s*module\s*\(\s*'?([\w@]+)'?\s*\)", re.MULTILINE)


def find_scala_object(sources: Sequence[SourceFile]) -> str:
    """The full name of the object that is an `App` or has `def main(`; `Main` is preferred, then the first.

    Falls back to "Main", so that the JVM itself says what is missing.
    """
    return _preferred([name for source in sources for name in _scala_objects(_code(source))])


def find_groovy_class(sources: Sequence[SourceFile], main: SourceFile) -> str:
    """The class with `static main(`; without one, `main` is a script, whose class is named like the file."""
    found = [name for source in sources for name in _groovy_classes(_code(source))]
    return _preferred(found) if found else main.name.rpartition("/")[2].rpartition(".")[0]


def find_prolog_goal(sources: Sequence[SourceFile]) -> str:
    """What to prove after loading: `main`, unless a directive of the program itself says where it begins."""
    has_own = any(_PROLOG_INITIALIZATION.search(each.content.decode(errors="replace")) for each in sources)
    return "true" if has_own else "main"


def find_erlang_module(source: SourceFile) -> str | None:
    """The name that the file gives its module, which the compiler wants the file to have."""
    module = _ERLANG_MODULE.search(source.content.decode(errors="replace"))
    return module[1] if module else None


def _preferred(names: Sequence[str]) -> str:
    for name in names:
        if name.rpartition(".")[2] == DEFAULT_MAIN_CLASS:
            return name
    return names[0] if names else DEFAULT_MAIN_CLASS


def _code(source: SourceFile) -> str:
    return NOISE.sub(" ", source.content.decode(errors="replace"))


def _prefix(code: str) -> str:
    package = _PACKAGE.search(code)
    return f"{package[1]}." if package else ""


def _scala_objects(code: str) -> list[str]:
    apps = [match[1] for match in _SCALA_APP.finditer(code)]
    return [f"{_prefix(code)}{name}" for name in [*apps, *_types_with_main(code, _SCALA_TOKEN)]]


def _groovy_classes(code: str) -> list[str]:
    return [f"{_prefix(code)}{name}" for name in _types_with_main(code, _GROOVY_TOKEN)]


def _types_with_main(code: str, tokens: re.Pattern[str]) -> list[str]:
    """The top-level types with an entry point in them. Of `tokens`, group 1 is a type, 2 an entry point."""
    found = []
    depth, top_level = 0, None
    for token in tokens.finditer(code):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if token[1] and depth == 0:
            top_level = token[1]
        elif token[2] and depth == 1 and top_level:
            found.append(top_level)
    return found
