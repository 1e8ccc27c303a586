"""How a command settles in: as an ordinary user, and with a sandbox of its own where it judges locally."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
import os
from pathlib import Path

from assay.cli.gate import OnTerminal, pass_gate
from assay.errors import Unavailable, UsageError
from assay.judging.host import HostFacts, read_host_facts
from assay.languages import LanguageCatalogue
from assay.operate.attacks.gate import FreshCell
from assay.operate.data_dir import prepare_data_dir
from assay.operate.privileges import drop_privileges
from assay.sandbox import Cell, CellInfo, SandboxError
from assay.settings import Settings, read_settings
from assay.wiring.house import code_paths, identity_for
from assay.wiring.places import open_languages, running_cell


@asynccontextmanager
async def local_sandbox(*, slots: int, readable: Sequence[Path]) -> AsyncIterator[Cell]:
    """A sandbox for this command alone; the command goes on as an ordinary user who can reach `readable`.

    Whoever comes first after boot, and once a day, waits some seconds until the sandbox has withstood the
    attacks. Raises `UsageError` for a path that is not there, and `Unavailable` with the remedy when not
    root, when the machine lacks something, or when an attack succeeded.
    """
    check_present(readable)
    settings = read_settings(os.environ, slots=slots)
    if settings.docker is not None:
        raise UsageError("ASSAY_SANDBOX=docker is for the server; without it this command judges in the cell")
    identity = identity_for(settings)
    with running_cell(settings, identity) as process:
        await pass_gate(settings, FreshCell(process=process, identity=identity), OnTerminal())
        needed = (*readable, *settings.operator_files)
        drop_privileges(identity, reachable=[*code_paths(), *needed, process.socket_path.parent])
        check_readable(readable, identity.name)
        try:
            cell = await Cell.connect(process.socket_path)
        except SandboxError as error:
            raise Unavailable(f"the sandbox does not answer: {error}") from error
        yield cell


def local_languages() -> LanguageCatalogue:
    """The languages as this machine's warm files let them start."""
    return open_languages(read_settings(os.environ))


def local_testlib() -> Path | None:
    """The operator's own testlib.h."""
    return read_settings(os.environ).testlib


def host_facts(cell: CellInfo) -> HostFacts:
    """The machine and the local sandbox, as evidence."""
    return read_host_facts(cell, attack_gate=read_settings(os.environ).attack_gate)


def settle_in(settings: Settings, *, readable: Sequence[Path], keeps_data: bool) -> None:
    """Become an ordinary user who can reach `readable` and, if `keeps_data`, owns the data folder."""
    check_present(readable)
    identity = identity_for(settings)
    reachable = [*code_paths(), *readable, *settings.operator_files]
    if keeps_data:
        prepare_data_dir(settings.data_dir, identity)
        reachable += settings.data_places
    drop_privileges(identity, reachable=reachable)
    check_readable(readable, identity.name)


def plain_path(path: Path) -> Path:
    """Where a path leads, its own last name kept. For use before the drop, while we may look everywhere:
    a link or a `..` on the way may be in a folder that the ordinary user cannot enter."""
    return path.resolve() if path.is_dir() else path.parent.resolve() / path.name


def check_present(paths: Sequence[Path]) -> None:
    """Raises `UsageError` for what is not there, or where we may not look."""
    for path in paths:
        try:
            path.stat()
        except FileNotFoundError:
            raise UsageError(f"{path}: no such file or folder") from None
        except OSError as error:
            raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from error


def check_readable(paths: Sequence[Path], user: str) -> None:
    """After the drop: file modes count, and saying so beats a traceback from the depths.

    Folders are packages, whose reader finds that out by itself; one of several need not stop the others.
    """
    for path in paths:
        if not os.path.isdir(path) and not os.access(path, os.R_OK):  # noqa: PTH112  is_dir() may raise
            raise UsageError(
                f"{path}: {user} may not read it, and that is who this runs as: 'chmod -R o+rX' helps"
            )
