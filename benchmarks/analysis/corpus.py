"""Real code that no rule was written for: what is on this machine anyway, or any folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import hashlib
from pathlib import Path
import re

from assay.analysis.admission import as_text
from assay.analysis.folder import sources_in
from assay.analysis.languages import grammar_for, language_of
from assay.analysis.matching import matches
from assay.analysis.rule_book import Rule, RuleBook
from assay.analysis.syntax import Grammars, NotUnderstood

BYTES_MAX = 200_000  # a longer file was generated
LINE_BYTES_MAX = 400  # as a file with a longer line was
ON_THIS_MACHINE = (
    "/usr/lib/python3*",
    "/usr/lib/node_modules",
    "/usr/share/nodejs",
    "/usr/share/go-*/src",
    "/usr/include/c++",
    "/usr/lib/assay/toolchains",
    "/usr/src",
)
_TESTS = re.compile(
    r"(?i)(^|[/_.-])(tests?|specs?|testing|testdata|benchmarks?|benches|benchsuite|fixtures?|mocks?)([/_.-]|$)|tests?[./]|(^|/)build\.rs$"
)
_BUILDING = re.compile(
    r"(?i)(^|/)(build|scripts?|tools?|releas(e|ing|es|ebuilder)|ci|\.\w+|migrations?)/|(^|/)(gulpfile|gruntfile|webpack|rollup|build|setup)[^/]*$"
)
_DECLARATIONS = re.compile(r"\.d\.[cm]?ts$")
_GENERATED = re.compile(rb"(?i)generated (by|from)|do not edit|emscripten|_pb2")


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A finding in real code. `digest` names it: of the rule's file and of the lines, without indentation."""

    rule: str  # its file: python/bare_except
    digest: str
    path: Path
    start_line: int
    end_line: int


@dataclass
class Seen:
    """What was gone through."""

    files: int = 0
    lines: int = 0
    not_parsed: int = 0


def default_folders() -> list[Path]:
    return [path for pattern in ON_THIS_MACHINE for path in sorted(Path("/").glob(pattern.lstrip("/")))]


def hits(folders: Sequence[Path], *, book: RuleBook, files_max: int, seen: Seen) -> Iterator[Hit]:
    """All findings in up to `files_max` files a folder, chosen by the digests of their names."""
    grammars = Grammars()
    for folder in folders:
        found = (path for path in sources_in(folder, language=None) if _is_program(path.relative_to(folder)))
        paths = sorted(found, key=lambda path: _digest(str(path)))
        for path in paths[:files_max]:
            yield from _hits_in(path, book, grammars, seen)


def _hits_in(path: Path, book: RuleBook, grammars: Grammars, seen: Seen) -> Iterator[Hit]:
    language = language_of(path.name)
    grammar = None if language is None else grammar_for(language, path.name)
    content = path.read_bytes()
    if grammar is None or _is_generated(content):
        return
    try:
        text = as_text(content)
        grammars.parse(text.encode(), grammar)
    except (UnicodeDecodeError, NotUnderstood):
        seen.not_parsed += 1
        return
    seen.files += 1
    lines = text.split("\n")
    seen.lines += len(lines)
    rules: dict[str, Rule] = {rule.id: rule for rule in book.of(grammar)}
    for finding in matches(text, grammar, book.of(grammar), path=str(path)):
        place = rules[finding.rule].file.removesuffix(".yml")
        passage = "\n".join(line.strip() for line in lines[finding.start_line - 1 : finding.end_line])
        yield Hit(
            rule=place,
            digest=_digest(f"{place}\n{passage}")[:16],
            path=path,
            start_line=finding.start_line,
            end_line=finding.end_line,
        )


def _is_program(path: Path) -> bool:
    """Tests do on purpose what programs must not: they compare messages, ignore errors and trust anybody.
    So do scripts that build: nobody waits beside them, and to end at the first error is right there.
    Declarations say what somebody else's program is like.
    """
    name = path.as_posix()
    return not any(kind.search(name) for kind in (_TESTS, _BUILDING, _DECLARATIONS))


def _is_generated(content: bytes) -> bool:
    """By a program, or put together by one: nobody wrote these lines."""
    longest = max(map(len, content.split(b"\n")), default=0)
    is_said = bool(_GENERATED.search(content[:2000]))
    return len(content) > BYTES_MAX or longest > LINE_BYTES_MAX or is_said


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
