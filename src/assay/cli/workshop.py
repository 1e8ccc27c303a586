"""What the setters' commands work with: a local sandbox, and packages opened and made complete in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assay.cli.house import host_facts, local_testlib
from assay.judging.compile_cache import memory_for_now
from assay.judging.jury import JuryTools
from assay.judging.toolchains import ToolchainVersions
from assay.languages import LanguageCatalogue
from assay.languages.toolchain import is_available
from assay.preparing import Workshop, make
from assay.preparing.workshop import Step
from assay.problems import Package
from assay.problems.private import private_folder
from assay.problems.sources import Opening, SourceFormat, opened
from assay.sandbox import Cell


async def workshop_in(cell: Cell, catalogue: LanguageCatalogue, *, seats: int) -> Workshop:
    """Judges in `cell`, `seats` programs at once; a program of the jury's is compiled once for all."""
    return Workshop(
        sandbox=cell,
        jury=JuryTools(language=catalogue.get, memory=memory_for_now()),
        host=host_facts(await cell.info()),
        toolchain=ToolchainVersions(),
        is_available=is_available,
        seats=seats,
    )


@asynccontextmanager
async def complete_package(
    path: Path,
    workshop: Workshop,
    catalogue: LanguageCatalogue,
    step: Step,
    source_format: SourceFormat = SourceFormat.AUTO,
    *,
    measures: bool = True,
) -> AsyncIterator[Package]:
    """The package in a folder or an archive, of any format, with everything made that it leaves to be made.

    It can be used until the block ends. Unless this `measures`, a time limit that is to be measured is
    left in `unmade`.

    Raises `PackageInvalid` with all that is wrong with it, or cannot be made.
    """
    opening = Opening(format=source_format, testlib=local_testlib(), can_measure=True)
    with opened(path, opening=opening, languages=catalogue) as package:
        if not package.unmade:
            yield package
            return
        with private_folder("made") as folder:
            yield await make(package, workshop, folder, step, measures=measures)


class Bar:
    """A bar on standard error, if that is a terminal: what is being done, and how much of it."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task("reading", total=None)

    def __enter__(self) -> "Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def step(self, what: str, done: int, total: int) -> None:
        """Show that `what` was done."""
        self._progress.update(self._task, description=what, completed=done, total=total)
