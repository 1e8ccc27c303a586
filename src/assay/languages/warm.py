"""Warm files: what a toolchain makes once, ahead of all submissions, so that it starts faster. Made by
`assay warm` (operate/warm.py); here is where they lie, and whether they may be used.

    root/                           /usr/lib/assay/warm unless told otherwise; root's, readable by all
        cpp-3f2a…/                  one language and one state of its toolchain: another state, another folder
            bits/stdc++.h.gch/…     what the language's [warm] steps made
            .manifest.json          each file's size and SHA-256

A folder gets its name when it is whole. One that is missing or damaged is as good as none: the plain command
lines do the same, only slower.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
import hashlib
import json
import os
from pathlib import Path
import stat

from assay.domain.language import Language
from assay.languages.catalogue import LanguageCatalogue
from assay.languages.toolchain import matches

MANIFEST = ".manifest.json"
_DIGEST_CHARACTERS = 32  # of the folder's name
_CHUNK_BYTES = 1 << 20


def toolchain_digest(language: Language) -> str:
    """SHA-256 (hex) over names, sizes and times of everything that `toolchain_paths` names. Blocking.

    Not over the contents: hundreds of megabytes. Package managers give each new file its own time.
    """
    digest = hashlib.sha256()
    for path, status in _toolchain_files(language.toolchain_paths):
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()


def warm_folder(language: Language, root: Path) -> Path | None:
    """Where the files for this state of the toolchain lie, or would lie. None: it makes none."""
    if language.warm is None:
        return None
    made_how = json.dumps([language.warm.sources, language.warm.steps], sort_keys=True)
    digest = hashlib.sha256(f"{toolchain_digest(language)}\n{made_how}".encode()).hexdigest()
    return root / f"{language.id}-{digest[:_DIGEST_CHARACTERS]}"


def is_whole(folder: Path) -> bool:
    """Whether every file is there in its full size, and nobody but root or we could have made them.

    The contents are not read (`is_intact` does): they are as safe as the compiler's own.
    """
    try:
        if folder.is_symlink() or not _is_ours(folder.stat()):
            return False
        files = read_manifest(folder)
        return bool(files) and all(
            (folder / name).stat().st_size == entry["bytes"] for name, entry in files.items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def is_intact(folder: Path) -> bool:
    """`is_whole`, and each file has the digest that it was made with. Reads them all: 0.1 s and more."""
    return is_whole(folder) and all(
        file_digest(folder / name) == entry["sha256"] for name, entry in read_manifest(folder).items()
    )


def read_manifest(folder: Path) -> dict[str, dict[str, int | str]]:
    """Each file's `bytes` and `sha256`, by name. Raises OSError or ValueError when there is none."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(manifest, dict):
        raise ValueError(f"{folder / MANIFEST} is not a table of files")  # noqa: TRY004 - one kind of damage
    return manifest


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def warmed(language: Language, folder: Path) -> Language:
    """The language with a compile step that uses the warm files in `folder`."""
    step, warm = language.compile, language.warm
    if step is None or warm is None:
        return language
    argv = (step.argv[0], *fill_warm(warm.compile_options, folder), *step.argv[1:])
    names, values = warm.compile_env.keys(), fill_warm(warm.compile_env.values(), folder)
    env = step.env | dict(zip(names, values, strict=True))
    return replace(language, compile=replace(step, argv=argv, env=env))


def find_warm(languages: Iterable[Language], root: Path | None) -> dict[str, Path]:
    """The folders that may be used, by language. `root` None: none. Looks at the file system."""
    if root is None:
        return {}
    folders = {language.id: warm_folder(language, root) for language in languages}
    return {name: folder for name, folder in folders.items() if folder is not None and is_whole(folder)}


class WarmCatalogue(LanguageCatalogue):
    """The languages with compile steps that use their warm files, as long as these are there.

    That is looked at each time: they may be removed under a judge that runs for months, and not every
    compiler goes on without.
    """

    def __init__(self, languages: Iterable[Language], root: Path | None) -> None:
        languages = tuple(languages)
        super().__init__(languages)
        self._folders = find_warm(languages, root)

    def get(self, language_id: str) -> Language:
        return self._warmed(super().get(language_id))

    def all(self) -> tuple[Language, ...]:
        return tuple(map(self._warmed, super().all()))

    def for_file_name(self, name: str) -> Language | None:
        language = super().for_file_name(name)
        return None if language is None else self._warmed(language)

    def _warmed(self, language: Language) -> Language:
        folder = self._folders.get(language.id)
        return language if folder is None or not is_whole(folder) else warmed(language, folder)


def show_warm(
    views: Mapping[str, tuple[Path, ...]], languages: Iterable[Language], folders: Mapping[str, Path]
) -> dict[str, tuple[Path, ...]]:
    """The views with the warm folders in those that compilers see, if they are not in their sight anyway."""
    shown = dict(views)
    for language in languages:
        if language.compile is not None and language.id in folders:
            view, folder = language.compile.view, folders[language.id]
            if not any(folder.is_relative_to(path) for path in shown[view]):
                shown[view] = (*shown[view], folder)
    return shown


def fill_warm(arguments: Iterable[str], folder: Path | str) -> tuple[str, ...]:
    """`{warm}` filled in."""
    return tuple(argument.replace("{warm}", str(folder)) for argument in arguments)


def _is_ours(status: os.stat_result) -> bool:
    is_private = not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISDIR(status.st_mode) and status.st_uid in (0, os.geteuid()) and is_private


def _toolchain_files(patterns: Iterable[str]) -> Iterator[tuple[str, os.stat_result]]:
    for pattern in patterns:
        for path in matches(pattern):
            yield from _files_below(str(path))


def _files_below(path: str) -> Iterator[tuple[str, os.stat_result]]:
    """A file itself, the files of a folder in order of name. Links to files count as what they lead to."""
    if not Path(path).is_dir():
        yield from _status_of(path)
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            yield from _status_of(f"{folder}/{name}")


def _status_of(path: str) -> Iterator[tuple[str, os.stat_result]]:
    try:
        yield path, os.stat(path)  # noqa: PTH116 - thousands of them
    except OSError:  # a link that leads nowhere
        return
