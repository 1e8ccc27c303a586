"""A program of several files from the command line: a folder, as its author would send it to a judge."""

from collections.abc import Iterator, Sequence
from itertools import islice
import os
from pathlib import Path

from assay.cli.source import Program, check_installed, read_text
from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.errors import SubmissionInvalid, UnknownLanguage, UsageError
from assay.intake.rules import FILE_NAME_PARTS_MAX, FILES_MAX, check_file_names
from assay.languages.catalogue import LanguageCatalogue
from assay.languages.commands import main_file

DEPTH_MAX = FILE_NAME_PARTS_MAX  # of folders in folders: what is further down has a name that no judge takes
ENTRIES_MAX = (
    10_000  # looked at, whatever they are: somebody's home is no program, and is not read to its end
)


def read_program_folder(
    folder: Path, *, language_id: str | None, catalogue: LanguageCatalogue, source_bytes_max: int
) -> Program:
    """All files below `folder`, by their names in it; the one that is started comes first.

    Hidden files and folders are left out, and so is what is linked. Raises as `read_program`.
    """
    files: list[SourceFile] = []
    room = source_bytes_max
    for path in _walk(folder):
        if len(files) == FILES_MAX:
            raise UsageError(f"{folder}: has more than {FILES_MAX} files, which is all that a judge takes")
        content = read_text(path, source_bytes_max)
        room -= len(content)
        if room < 0:
            raise UsageError(f"{folder}: larger than {source_bytes_max} bytes, the limit for sources here")
        files.append(SourceFile(name=path.relative_to(folder).as_posix(), content=content))
    if not any(file.content.strip() for file in files):
        raise UsageError(f"{folder}: has no source in it")
    try:
        check_file_names(files, most=FILES_MAX)
    except SubmissionInvalid as error:
        raise UsageError(f"{folder}: {error.message}") from error
    language = _language(folder, files, language_id, catalogue)
    check_installed(folder, language)
    main = main_file(language, files)
    return Program(files=(main, *(file for file in files if file is not main)), language=language)


def _walk(folder: Path) -> Iterator[Path]:
    """Depth first, in the order of their names. Raises `UsageError` for a folder within that cannot be read,
    and for more than anybody's program has."""
    seen = 0
    folders = [(folder, 0)]
    while folders:
        where, depth = folders.pop()
        if depth > DEPTH_MAX:
            raise UsageError(f"{folder}: has folders in folders more than {DEPTH_MAX} deep")
        entries = _entries(where, ENTRIES_MAX - seen)
        if entries is None:
            raise UsageError(
                f"{folder}: has more than {ENTRIES_MAX} files and folders in it: name that of one program"
            )
        seen += len(entries)
        plain = sorted(entry.name for entry in entries if not _is_left_out(entry))
        inner = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
        yield from (where / name for name in plain if name not in inner)
        folders += [(where / name, depth + 1) for name in reversed(plain) if name in inner]


def _entries(where: Path, most: int) -> "list[os.DirEntry[str]] | None":
    """All that is in a folder; None for more than that."""
    try:
        with os.scandir(where) as entries:
            found = list(islice(entries, most + 1))
    except OSError as error:
        raise UsageError(f"{where}: {(error.strerror or str(error)).lower()}") from error
    return found if len(found) <= most else None


def _is_left_out(entry: "os.DirEntry[str]") -> bool:
    return entry.name.startswith(".") or entry.is_symlink()


def _language(
    folder: Path, files: Sequence[SourceFile], language_id: str | None, catalogue: LanguageCatalogue
) -> Language:
    if language_id is not None:
        try:
            return catalogue.get(language_id)
        except UnknownLanguage as error:
            raise UsageError(f"--language: {error.message}") from error
    found = catalogue.all_for_files(files)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(language.id for language in found)
        raise UsageError(f"{folder}: has files in several languages; name one with --language ({names})")
    raise UsageError(f"{folder}: nothing says which language it is in; name one with --language")
