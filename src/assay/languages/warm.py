"""Warm files: what a toolchain makes once, ahead of all submissions, so that it starts faster. Made by
`assay warm` (operate/warm.py); here is where they lie, and whether they may be used.

    root/                           /usr/lib/assay/warm unless told otherwise; root's, readable by all
        cpp-3f2a…/                  one language and one state of its toolchain: another state, another folder
            bits/stdc++.h.gch/…     what the language's [warm] steps made
            .manifest.json          what is in it

A folder gets its name when it is whole. One that is missing or damaged is as good as none: the plain command
lines do the same, only slower.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
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
_FORMAT = 3  # raised whenever the same steps would leave another folder
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
    made_how = json.dumps([_FORMAT, language.warm.sources, language.warm.steps], sort_keys=True)
    digest = hashlib.sha256(f"{toolchain_digest(language)}\n{made_how}".encode()).hexdigest()
    return root / f"{language.id}-{digest[:_DIGEST_CHARACTERS]}"


def is_whole(folder: Path) -> bool:
    """Whether everything is there, files in their full size, and nobody but root or we could have made them.

    The contents are not read (`is_intact` does): they are as safe as the compiler's own.
    """
    try:
        if folder.is_symlink() or not _is_ours(folder.stat()):
            return False
        manifest = read_manifest(folder)
        return (
            bool(manifest.files)
            and all((folder / name).stat().st_size == size for name, (size, _) in manifest.files.items())
            and all((folder / name).is_dir() for name in manifest.folders)
        )
    except (OSError, ValueError):
        return False


def is_intact(folder: Path) -> bool:
    """`is_whole`, and each file has the digest that it was made with. Reads them all: 0.1 s and more."""
    return is_whole(folder) and all(
        file_digest(folder / name) == digest for name, (_, digest) in read_manifest(folder).files.items()
    )


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What is in a folder of warm files: each file's size in bytes and SHA-256, and the folders, by name."""

    files: dict[str, tuple[int, str]]
    folders: tuple[str, ...]


def read_manifest(folder: Path) -> Manifest:
    """Raises OSError when there is none, ValueError when it is none."""
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(
            files={str(name): (int(size), str(digest)) for name, (size, digest) in said["files"].items()},
            folders=tuple(map(str, said["folders"])),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{folder / MANIFEST} is no manifest") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).write_text(json.dumps(vars(manifest), sort_keys=True), encoding="utf-8")


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
    """The views with the warm files in those that compilers see, if they are not in their sight anyway.

    It is the root that is shown: a folder that is made anew is then seen in the place of the old one.
    """
    shown = dict(views)
    for language in languages:
        if language.compile is not None and language.id in folders:
            view, root = language.compile.view, folders[language.id].parent
            if not any(root.is_relative_to(path) for path in shown[view]):
                shown[view] = (*shown[view], root)
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
