"""All sources in a folder: found in an order that nothing but their names decides, and looked at by several
children at once."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
import os
from pathlib import Path
from typing import TypeAlias

from assay.analysis.admission import SOURCE_BYTES_MAX
from assay.analysis.analyser import Analyser
from assay.analysis.languages import language_of
from assay.domain.finding import Analysis

FILES_MAX = 50_000  # more is no submission; whoever has a whole system looks at its parts
_NOT_WRITTEN_HERE = frozenset({"node_modules", "__pycache__", "venv"})  # hidden folders are left out, too

Tell: TypeAlias = Callable[[str, int, int], None]
"""Hears which file was looked at, how many were, and how many there are."""


def sources_in(folder: Path, *, language: str | None) -> Iterator[Path]:
    """The files below `folder` that there are rules for, or just those in one language. Links are passed
    over, and there are no more than FILES_MAX + 1."""
    count = 0
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each[0] != "." and each not in _NOT_WRITTEN_HERE)
        for name in sorted(files):
            path = Path(parent, name)
            found = language_of(name)
            if found is None or path.is_symlink() or language not in {None, found}:
                continue
            yield path
            count += 1
            if count > FILES_MAX:
                return


async def analyse_all(
    paths: Sequence[Path], *, language: str | None, at_once: int, tell: Tell
) -> dict[str, Analysis]:
    """An analysis of each file, in the order of `paths`. Raises `OSError` for one that cannot be read."""
    done = 0
    analyses: dict[str, Analysis] = {}
    numbered = iter(paths)

    async def work(analyser: Analyser) -> None:
        nonlocal done
        for path in numbered:  # shared by all: each takes the next
            analyses[str(path)] = await analyser.analysed(
                _head(path), language=language or language_of(path.name), path=str(path)
            )
            done += 1
            tell(path.name, done, len(paths))

    analysers = [Analyser() for _ in range(min(at_once, max(1, len(paths))))]
    try:
        async with asyncio.TaskGroup() as group:
            for analyser in analysers:
                group.create_task(work(analyser))
    finally:
        for analyser in analysers:
            analyser.close()
    return {str(path): analyses[str(path)] for path in paths}


def _head(path: Path) -> bytes:
    """Of a file that is too large, one byte more than may be: enough to say so."""
    with path.open("rb") as stream:
        return stream.read(SOURCE_BYTES_MAX + 1)
