"""Make warm files: a language's [warm] steps, run in a slot like any compiler, and what they made taken out.

    slot's /box                     root/
        <sources>
The toolchain is trusted and the sources are our own; the cell is used all the same, because what is made
there is made for there: by the same user, limits and paths as the compilations that will use it.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
import fcntl
import os
from pathlib import Path
import shutil

from assay.domain.language import CompileStep, Language, WarmFiles
from assay.languages.toolchain import is_available
from assay.languages.warm import (
    MANIFEST,
    Manifest,
    file_digest,
    fill_warm,
    is_intact,
    warm_folder,
    write_manifest,
)
from assay.sandbox import Cell, Command, Facts, Policy, RunLimits, SandboxError, Slot, Status

BOX_BYTES = 768 << 20  # g++'s precompiled header takes 120 MiB, and twice that while it is written
_BOX_FOLDER = ".warm"
_UNFINISHED = ".making-"
_FILE_BYTES_MAX = 512 << 20
_FILES_MAX = 10_000
_OUTPUT_BYTES = 1 << 20
_WORDS_MAX = 500  # of what a failed step wrote: enough to see what is wrong
_LISTING = ("/usr/bin/find", f"/box/{_BOX_FOLDER}", "-mindepth", "1")
_FILES, _FOLDERS = "f", "d"  # as find calls them
_LIMITS = RunLimits(
    cpu_time_ms=120_000,  # some 5 s each; far more, and something is wrong
    wall_time_ms=300_000,
    memory_bytes=3 << 30,
    processes=256,
    open_files=1024,
    scratch_bytes=512 << 20,
    scratch_inodes=16_384,
    stdout_bytes=_OUTPUT_BYTES,
    stderr_bytes=_OUTPUT_BYTES,
    cores=4096,
)


class Made(StrEnum):
    """What became of a language's warm files."""

    MADE = "made"
    THERE = "there"  # were already, and intact
    FAILED = "failed"
    NOT_INSTALLED = "not_installed"  # the toolchain


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`detail` says why when it failed; `bytes` is what the files take."""

    language_id: str
    made: Made
    folder: Path | None
    bytes: int
    detail: str


class StepFailedError(Exception):
    """A step did not do what it should; the text says what it did instead."""


OpenCell = Callable[[], Awaitable[Cell]]
"""Gives the cell to make files in, started when it is first asked for: mostly there is nothing to make."""


async def make_warm_files(languages: Iterable[Language], root: Path, open_cell: OpenCell) -> list[Outcome]:
    """Make what is missing or damaged, for every installed toolchain that has warm files, below `root`.

    Files of earlier states of a toolchain are removed. Failing is an outcome, never an exception, unless the
    sandbox does not start (`AssayError`).
    """
    outcomes = []
    for language in languages:
        folder = warm_folder(language, root)
        if language.warm is None or folder is None:
            continue
        if not is_available(language):
            outcomes.append(_outcome(language, Made.NOT_INSTALLED, None))
        elif is_intact(folder):
            outcomes.append(_outcome(language, Made.THERE, folder))
        else:
            outcomes.append(await _make(language, language.warm, folder, await open_cell()))
    return outcomes


def _outcome(language: Language, made: Made, folder: Path | None, detail: str = "") -> Outcome:
    size = 0 if folder is None else sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Outcome(language_id=language.id, made=made, folder=folder, bytes=size, detail=detail)


async def _make(language: Language, warm: WarmFiles, folder: Path, cell: Cell) -> Outcome:
    root = folder.parent
    try:
        root.mkdir(mode=0o755, parents=True, exist_ok=True)
        with _only_maker_in(root):
            if is_intact(folder):  # by somebody who held the lock before us
                return _outcome(language, Made.THERE, folder)
            for left in root.glob(f"{_UNFINISHED}*"):  # by one who was killed
                shutil.rmtree(left)
            making = root / f"{_UNFINISHED}{folder.name}"
            try:
                making.mkdir()
                await _fill(making, language, warm, cell)
                _remove_others(language, root)
                making.rename(folder)
            finally:
                shutil.rmtree(making, ignore_errors=True)
    except (SandboxError, StepFailedError, OSError) as error:
        return _outcome(language, Made.FAILED, None, str(error))
    return _outcome(language, Made.MADE, folder)


@contextmanager
def _only_maker_in(root: Path) -> Iterator[None]:
    """Waits for any other. The kernel lets go of it when the process ends, in whatever way."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


async def _fill(target: Path, language: Language, warm: WarmFiles, cell: Cell) -> None:
    step = language.compile
    if step is None:
        raise StepFailedError("the language has no compile step to take environment and view from")
    async with cell.slot() as slot:
        for name, text in warm.sources.items():
            await slot.put(name.replace("{warm}", _BOX_FOLDER), text.encode())
        for argv in warm.steps:
            await _run(slot, step, fill_warm(argv, f"/box/{_BOX_FOLDER}"))
        folders = await _list(slot, step, _FOLDERS)
        for name in folders:
            (target / name).mkdir(parents=True, exist_ok=True)
        files = {}
        for name in await _list(slot, step, _FILES):
            path = target / name
            await _take_out(slot, name, path)
            files[name] = (path.stat().st_size, file_digest(path))
    if not files:
        raise StepFailedError("the steps made no files")
    write_manifest(target, Manifest(files=files, folders=tuple(folders)))
    _settle(target)


async def _run(slot: Slot, step: CompileStep, argv: tuple[str, ...]) -> bytes:
    """What the command wrote to standard output. Raises StepFailedError unless it exits with 0."""
    null = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    output, errors = os.memfd_create("stdout"), os.memfd_create("stderr")
    try:
        command = Command(
            argv=argv,
            env=step.env,
            view=step.view,
            limits=_LIMITS,
            policy=Policy.TOOLCHAIN,
            box_writable=True,
        )
        facts = await slot.run(command, stdin=null, stdout=output, stderr=errors)
        said = os.pread(output, _OUTPUT_BYTES, 0)
        if (facts.status, facts.exit_code) != (Status.EXITED, 0):
            words = (os.pread(errors, _WORDS_MAX, 0) or said[:_WORDS_MAX]).decode(errors="replace")
            raise StepFailedError(f"{argv[0]}: {_ending(facts)}: {words.strip()}")
        return said
    finally:
        for descriptor in (null, output, errors):
            os.close(descriptor)


def _ending(facts: Facts) -> str:
    how = facts.exit_code if facts.signal is None else facts.signal
    return f"{facts.status} {how}{' ' + facts.detail if facts.detail else ''}"


async def _list(slot: Slot, step: CompileStep, kind: str) -> list[str]:
    argv = (*_LISTING, "-type", kind, "-printf", "%P\\0")
    names = (await _run(slot, step, argv)).decode().split("\0")[:-1]
    if len(names) > _FILES_MAX:
        raise StepFailedError(f"the steps made {len(names)} files or folders; {_FILES_MAX} are the limit")
    for name in names:
        if Path(name).is_absolute() or ".." in Path(name).parts or name == MANIFEST:
            raise StepFailedError(f"the steps made a file called {name!r}")
    return sorted(names)


async def _take_out(slot: Slot, name: str, path: Path) -> None:
    with path.open("xb") as file:
        await slot.get(f"{_BOX_FOLDER}/{name}", file.fileno(), bytes_max=_FILE_BYTES_MAX)


def _settle(folder: Path) -> None:
    """Readable by every judge, whatever the umask was, and on the disk."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_others(language: Language, root: Path) -> None:
    """Also the damaged folder of the very name. A running judge sees that, and goes on without."""
    for folder in root.glob(f"{language.id}-*"):
        shutil.rmtree(folder, ignore_errors=True)
