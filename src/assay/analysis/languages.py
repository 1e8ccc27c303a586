"""Which grammar reads which language. Pure."""

from enum import StrEnum


class Grammar(StrEnum):
    """A grammar that rules are written for, by the name that ast-grep has for it."""

    PYTHON = "python"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"
    TSX = "tsx"
    JAVA = "java"
    GO = "go"
    CPP = "cpp"
    CSHARP = "csharp"
    RUST = "rust"


_GRAMMARS = {
    "python3": Grammar.PYTHON,
    "pypy3": Grammar.PYTHON,
    "javascript": Grammar.JAVASCRIPT,
    "typescript": Grammar.TYPESCRIPT,
    "java": Grammar.JAVA,
    "java11": Grammar.JAVA,
    "go": Grammar.GO,
    "go_latest": Grammar.GO,
    "cpp": Grammar.CPP,
    "cpp17": Grammar.CPP,
    "cpp23": Grammar.CPP,
    "csharp": Grammar.CSHARP,
    "rust": Grammar.RUST,
}
_NAMES = {"python": "python3"}  # what people type, for the id that the catalogue has
# Sources of libraries and of whole projects have more endings than single programs that are judged.
_ENDINGS = {
    "py": "python3",
    "pyi": "python3",
    "py3": "python3",
    "js": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "jsx": "javascript",
    "ts": "typescript",
    "mts": "typescript",
    "cts": "typescript",
    "tsx": "typescript",
    "java": "java",
    "go": "go",
    "cpp": "cpp",
    "cc": "cpp",
    "cxx": "cpp",
    "c++": "cpp",
    "hpp": "cpp",
    "hh": "cpp",
    "hxx": "cpp",
    "cs": "csharp",
    "rs": "rust",
}
ANALYSED = tuple(sorted(_GRAMMARS))
"""The ids of all languages that there are rules for."""


def language_id(name: str) -> str:
    """The catalogue's id of a language that is called `name`; `name` itself for any other."""
    return _NAMES.get(name, name)


def language_of(path: str) -> str | None:
    """The language that a file's ending says, if there are rules for it."""
    return _ENDINGS.get(_ending(path))


def grammar_for(language: str, path: str) -> Grammar | None:
    """The grammar that reads `language`. TypeScript with elements of JSX has one of its own: `<T>x` means
    two things."""
    grammar = _GRAMMARS.get(language)
    return Grammar.TSX if grammar is Grammar.TYPESCRIPT and _ending(path) == "tsx" else grammar


def _ending(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2].lower()
