"""Submissions out of folders: each file, and each folder with its files, is one. Links are never followed."""

from collections.abc import Iterator
from dataclasses import dataclass
import errno
import os
from pathlib import Path
import stat

from assay.analysis.similarity.grammars import BY_LANGUAGE, GRAMMARS, Grammar
from assay.analysis.similarity.nouns import Skipped, SourceText, Submission
from assay.domain.submission import SourceFile
from assay.errors import UsageError
from assay.languages import LanguageCatalogue
from assay.languages.detection import extension_of

FILE_BYTES_MAX = 1 << 20  # nobody writes more by hand
FILES_MAX = 500  # of one submission: past this it is somebody's installed packages
SUBMISSION_BYTES_MAX = 4 << 20
SUBMISSIONS_MAX = 20_000
TOTAL_BYTES_MAX = 256 << 20  # all of them at once: 50,000 programs of 100 lines
_HEADERS = frozenset({"h", "hh", "hpp", "hxx"})  # no language of their own
_NOT_WRITTEN_HERE = frozenset({"node_modules", "__pycache__", "venv", "target", "build"})


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is in a folder: submissions in the order of their names, and what cannot be compared."""

    submissions: tuple[Submission, ...]
    skipped: tuple[Skipped, ...]


class Reader:
    """Reads submissions by the languages of a catalogue: all that similarity has a grammar for, or one."""

    def __init__(self, catalogue: LanguageCatalogue, *, language: str | None) -> None:
        """Raises `UsageError` for a language without a grammar, `UnknownLanguage` for one that is none."""
        self._catalogue = catalogue
        self._only: Grammar | None = None
        self._bytes_left = TOTAL_BYTES_MAX
        if language is not None:
            self._only = BY_LANGUAGE.get(catalogue.get(language).id)
            if self._only is None:
                known = ", ".join(sorted(BY_LANGUAGE))
                raise UsageError(f"--language: similarity cannot read {language}; it reads {known}")

    def folder(self, folder: Path, *, prefix: str) -> Found:
        """Each file and folder in it. Their names begin with `prefix`. Raises `UsageError` when it cannot be
        listed, or there is more than can be compared at once."""
        try:
            names = sorted(each.name for each in folder.iterdir())
        except OSError as error:
            raise UsageError(f"{folder}: {(error.strerror or str(error)).lower()}") from error
        names = [name for name in names if not name.startswith(".") and name not in _NOT_WRITTEN_HERE]
        if len(names) > SUBMISSIONS_MAX:
            raise UsageError(f"{folder}: has more than {SUBMISSIONS_MAX} submissions; compare parts of it")
        submissions: list[Submission] = []
        skipped: list[Skipped] = []
        for name in names:
            found = self.one(folder / name, name=prefix + name)
            submissions += found.submissions
            skipped += found.skipped
        return Found(submissions=tuple(submissions), skipped=tuple(skipped))

    def one(self, path: Path, *, name: str) -> Found:
        """One submission: a file, or a folder with its files."""
        try:
            mode = path.lstat().st_mode
        except OSError as error:
            return _nothing(name, _reason(error))
        if stat.S_ISLNK(mode):
            return _nothing(name, "is a link, which is not followed")
        skipped: list[Skipped] = []
        files: list[SourceText] = []
        inner_names = _files_below(path) if stat.S_ISDIR(mode) else iter([path.name])
        size = 0
        for inner in inner_names:
            file = path / inner if stat.S_ISDIR(mode) else path
            shown = f"{name}/{inner}" if stat.S_ISDIR(mode) else name
            text = self._text(file, inner, is_whole=not stat.S_ISDIR(mode))
            if isinstance(text, str):
                skipped.append(Skipped(name=shown, reason=text))
            elif text is not None:
                size += len(text.content)
                files.append(text)
            if size > SUBMISSION_BYTES_MAX or len(files) > FILES_MAX:
                return _nothing(name, f"has more than {FILES_MAX} sources, or {SUBMISSION_BYTES_MAX} bytes")
        if not files:
            return Found(
                submissions=(), skipped=tuple(skipped) or (Skipped(name=name, reason=self._no_source()),)
            )
        return Found(submissions=(Submission(name=name, files=tuple(files)),), skipped=tuple(skipped))

    def _text(self, file: Path, name: str, *, is_whole: bool) -> SourceText | str | None:  # noqa: PLR0911
        """A file's text; why it cannot be compared; None when it is none of the sources."""
        try:
            content = _head(file, FILE_BYTES_MAX + 1)
        except OSError as error:
            return _reason(error)
        if content is None:
            return "is no regular file"
        grammar = self._grammar_of(name, content)
        if grammar is None:
            return self._no_source() if is_whole else None
        if len(content) > FILE_BYTES_MAX:
            return f"is larger than {FILE_BYTES_MAX} bytes"
        if b"\0" in content:
            return f"has a NUL byte (at {content.index(0)}): it is not a source text"
        if not content.strip():
            return "is empty"
        self._bytes_left -= len(content)
        if self._bytes_left < 0:
            raise UsageError(f"more than {TOTAL_BYTES_MAX >> 20} MiB of sources; compare parts of them")
        return SourceText(name=name, content=content, grammar=grammar)

    def _grammar_of(self, name: str, content: bytes) -> Grammar | None:
        """With --language, what nothing says the language of is in that one."""
        language = self._catalogue.for_files([SourceFile(name=name, content=content)])
        if language is None:
            return BY_LANGUAGE["cpp"] if extension_of(name).lower() in _HEADERS else self._only
        grammar = BY_LANGUAGE.get(language.id)
        return grammar if self._only in (None, grammar) else None

    def _no_source(self) -> str:
        if self._only is not None:
            return f"is no {self._only.name} source"
        return f"is in no language that similarity reads ({', '.join(each.name for each in GRAMMARS)})"


def _files_below(folder: Path) -> Iterator[str]:
    """Paths below the folder with `/`, in an order that nothing but names decides; hidden ones and links to
    folders are passed over."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each[0] != "." and each not in _NOT_WRITTEN_HERE)
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(parent, name).relative_to(folder).as_posix()


def _head(file: Path, bytes_max: int) -> bytes | None:
    """So much of a regular file; None for what is none. Never waits for a pipe, never follows a link."""
    fd = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(fd, "rb", buffering=0) as stream:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return None
        parts: list[bytes] = []
        while bytes_max > 0 and (part := stream.read(bytes_max)):
            parts.append(part)
            bytes_max -= len(part)
        return b"".join(parts)


def _nothing(name: str, reason: str) -> Found:
    return Found(submissions=(), skipped=(Skipped(name=name, reason=reason),))


def _reason(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "is a link, which is not followed"
    return f"cannot be read: {(error.strerror or str(error)).lower()}"
