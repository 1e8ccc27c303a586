"""A source file from the command line, held to the same rules as one that came in through the API."""

from dataclasses import dataclass
import os
from pathlib import Path
import stat

from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.errors import Unavailable, UnknownLanguage, UsageError
from assay.intake.rules import FILE_NAME_BYTES_MAX, normalise_source
from assay.languages.catalogue import LanguageCatalogue
from assay.languages.detection import extension_of
from assay.languages.toolchain import how_to_install, is_available


@dataclass(frozen=True, kw_only=True)
class Program:
    """A source, ready to be judged, and its language, whose toolchain is installed."""

    files: tuple[SourceFile, ...]
    language: Language


def read_program(
    file: Path, *, language_id: str | None, catalogue: LanguageCatalogue, source_bytes_max: int
) -> Program:
    """Read `file`. Raises `UsageError` naming it and what is wrong, `Unavailable` without a toolchain."""
    language = choose_language(file, language_id, catalogue)
    content = read_source(file, source_bytes_max)
    if language_id is None:
        language = catalogue.for_files([SourceFile(name=file.name, content=content)])
    if language is None:
        raise _unknown_language(file, catalogue)
    is_one_of_its_own = extension_of(file.name).lower() in {each.lower() for each in language.extensions}
    name = file.name if is_one_of_its_own else language.source_name
    if len(os.fsencode(name)) > FILE_NAME_BYTES_MAX or not name.isprintable() or "\\" in name:
        name = language.source_name
    check_installed(file, language)
    return Program(files=(SourceFile(name=name, content=content),), language=language)


def check_installed(file: Path, language: Language) -> None:
    """Raises `Unavailable`, with the way to install it."""
    if not is_available(language):
        raise Unavailable(f"{file}: {language.name} is not installed here: {how_to_install(language)}")


def choose_language(file: Path, language_id: str | None, catalogue: LanguageCatalogue) -> Language | None:
    """The named language, else the one that the ending says, as far as a command line shows: the file's
    content has the last word, and the only one where there is no ending (None). Raises `UsageError`."""
    if language_id is not None:
        try:
            return catalogue.get(language_id)
        except UnknownLanguage as error:
            raise UsageError(f"--language: {error.message}") from error
    by_name = catalogue.for_file_name(file.name)
    if by_name is None and extension_of(file.name):
        raise _unknown_language(file, catalogue)
    return by_name


def _unknown_language(file: Path, catalogue: LanguageCatalogue) -> UsageError:
    known = ", ".join(language.id for language in catalogue.all())
    words = (
        "no language has this ending" if extension_of(file.name) else "nothing says which language it is in"
    )
    return UsageError(f"{file}: {words}; name one with --language ({known})")


def read_source(file: Path, bytes_max: int) -> bytes:
    """The file's text as compilers want it: without byte order mark, lines ending in LF."""
    content = read_text(file, bytes_max)
    if not content.strip():
        raise UsageError(f"{file}: is empty")
    return content


def read_text(file: Path, bytes_max: int) -> bytes:
    """As `read_source`; one of several files may be empty."""
    content = read_regular_file(file, bytes_max + 1)
    if len(content) > bytes_max:
        raise UsageError(f"{file}: larger than {bytes_max} bytes, the limit for sources here")
    if b"\0" in content:
        raise UsageError(f"{file}: has a NUL byte (at {content.index(0)}): it is not a source text")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: not UTF-8 text (byte {error.start}); sources are text") from error
    return normalise_source(content)


def _open_regular_file(file: Path) -> int:
    """A descriptor for reading; the caller closes it. Never waits for a pipe's other end."""
    try:
        fd = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(f"{file}: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:  # a NUL in the name
        raise UsageError(f"{str(file)!r}: not a file name: {error}") from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise UsageError(f"{file}: not a file")
    return fd


def read_regular_file(file: Path, bytes_max: int) -> bytes:
    """Its first `bytes_max` bytes. Raises `UsageError` for what is no file, or cannot be read."""
    with os.fdopen(_open_regular_file(file), "rb") as stream:
        return stream.read(bytes_max)
