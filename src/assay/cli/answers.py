"""Answers from the command line, for problems that take these and no programs: a file, a folder, or a zip."""

from collections.abc import Iterator
import os
from pathlib import Path

from assay.domain.submission import SourceFile
from assay.errors import PackageInvalid, UsageError
from assay.intake.answers import ANSWER_FILES_MAX, ANSWERS_BYTES_MAX
from assay.problems.archives import is_archive, unpack
from assay.problems.private import private_folder


def read_answers(path: Path) -> tuple[SourceFile, ...]:
    """All files, by their names below `path`. Raises `UsageError` naming what is wrong."""
    try:
        if path.is_dir():
            return _files_below(path)
        if not is_archive(path):
            return (SourceFile(name=path.name, content=_content(path, ANSWERS_BYTES_MAX)),)
        with private_folder("answers") as folder:
            unpack(path, folder)
            return _files_below(folder)
    except PackageInvalid as invalid:
        found = "; ".join(str(finding) for finding in invalid.findings)
        raise UsageError(f"{path}: {found}") from invalid
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from error


def _files_below(folder: Path) -> tuple[SourceFile, ...]:
    files: list[SourceFile] = []
    room = ANSWERS_BYTES_MAX
    for path in _walk(folder):
        if len(files) == ANSWER_FILES_MAX:
            raise UsageError(f"{folder}: more than {ANSWER_FILES_MAX} files")
        content = _content(path, room)
        room -= len(content)
        files.append(SourceFile(name=path.relative_to(folder).as_posix(), content=content))
    if not files:
        raise UsageError(f"{folder}: has no files")
    return tuple(files)


def _walk(folder: Path) -> Iterator[Path]:
    """Regular files alone, in the order of their names. Links are not followed."""
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(where) / name
            if path.is_file() and not path.is_symlink():
                yield path


def _content(path: Path, bytes_max: int) -> bytes:
    with path.open("rb") as file:
        content = file.read(bytes_max + 1)
    if len(content) > bytes_max:
        raise UsageError(f"{path}: the answers have more than {ANSWERS_BYTES_MAX} bytes together")
    return content
