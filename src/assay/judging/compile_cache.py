"""Compilations that need not be done twice: what one left in /box is kept, and put back for the same again.

The key is a digest of everything that the outcome depends on, and of whose submission it is. Kept things are
never shared between submitters: how fast a verdict comes would tell one what another has sent in.

What is kept was made by a compiler that a stranger's source may have got the better of. So it is only ever
read through `SandboxSlot.get`, and only ever run where it would have been run anyway.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
import hashlib
import json
import os
from typing import Protocol

from assay.domain.language import CompileStep, Language
from assay.domain.submission import SourceFile, Submission
from assay.judging.capture import memory_file, null_device
from assay.judging.lexing import read_at
from assay.judging.ports import SandboxSlot
from assay.sandbox import Command, Policy, RequestRefused, RunLimits, Status

ARTEFACT_BYTES_MAX = 64 << 20  # of one submission, together; Go and Rust programs take some ten MB
ARTEFACTS_MAX = 1000  # class files; past this, compiling again is no worse
_KEY_FORMAT = 1  # raised whenever the same key would mean something else
_FIND = "/usr/bin/find"
_NAMES_BYTES_MAX = 1 << 20
_LISTING_LIMITS = RunLimits(
    cpu_time_ms=1000,
    wall_time_ms=3000,
    memory_bytes=64 << 20,
    processes=8,
    open_files=64,
    scratch_bytes=1 << 20,
    scratch_inodes=64,
    stdout_bytes=_NAMES_BYTES_MAX,
    stderr_bytes=1 << 16,
    cores=1,
)


@dataclass(frozen=True, kw_only=True)
class Artefact:
    """A file below /box that a compilation made."""

    name: str
    content: bytes
    executable: bool


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A successful compilation: all that it left, and what the compiler said (warnings)."""

    artefacts: tuple[Artefact, ...]
    output: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) over the artefacts' names and contents, lengths included."""
        digest = hashlib.sha256()
        for each in sorted(self.artefacts, key=lambda artefact: artefact.name):
            name = each.name.encode()
            digest.update(b"%d:%d:" % (len(name), len(each.content)))
            digest.update(name)
            digest.update(each.content)
        return digest.hexdigest()


class CompileCache(Protocol):
    """Where compilations are kept. Calls block; they may come from several threads at once."""

    def find(self, key: str) -> Compiled | None:
        """What was kept under this key, unchanged to the byte; None when nothing was, or it is damaged."""

    def keep(self, key: str, compiled: Compiled) -> None:
        """Keep it, perhaps, and give up what was not asked for longest. A full disk just keeps nothing."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What a judging may remember of earlier ones: the same submitter's compilations.

    `scope` says whose (`scope_of`), `toolchain` which state of it compiles a language (it may block), and
    `sandbox` what runs the compiler.
    """

    cache: CompileCache
    scope: str
    toolchain: Callable[[Language], str]
    sandbox: str

    def key(self, files: Sequence[SourceFile], language: Language, command: Command) -> str:
        """SHA-256 (hex) of everything that the compilation depends on. May block."""
        return cache_key(
            files,
            command,
            scope=self.scope,
            language_id=language.id,
            artefacts=(language.compile.artefacts if language.compile else None) or (),
            toolchain=self.toolchain(language),
            sandbox=self.sandbox,
        )


SCOPE_OF_JURY = json.dumps({"jury": True})  # the setters' programs, which no candidate's timing can see


class _KeptForNow:
    """Keeps all that it is given, in this process's memory."""

    def __init__(self) -> None:
        self._kept: dict[str, Compiled] = {}

    def find(self, key: str) -> Compiled | None:
        return self._kept.get(key)

    def keep(self, key: str, compiled: Compiled) -> None:
        self._kept[key] = compiled


def memory_for_now() -> Memory:
    """For one judging or one command, within which neither toolchain nor sandbox change."""
    return Memory(cache=_KeptForNow(), scope="", toolchain=lambda _: "", sandbox="")


def scope_of(submission: Submission) -> str:
    """Whose compilations it may be given: those of the same user of the same tenant, or of the same tenant.

    A submission of nobody's may be given nothing but its own, when it is judged again.
    """
    if submission.user_id is None and submission.tenant is None:
        return json.dumps({"submission": submission.id})
    return json.dumps({"tenant": submission.tenant, "user": submission.user_id})


def cache_key(
    files: Sequence[SourceFile],
    command: Command,
    *,
    scope: str,
    language_id: str,
    artefacts: Sequence[str],
    toolchain: str,
    sandbox: str,
) -> str:
    """SHA-256 (hex) of the canonical JSON of it all. Pure. Limits count: with less, it might have failed."""
    everything = {
        "format": _KEY_FORMAT,
        "scope": scope,
        "language": language_id,
        "sources": sorted((file.name, hashlib.sha256(file.content).hexdigest()) for file in files),
        "command": asdict(command),
        "artefacts": list(artefacts),
        "toolchain": toolchain,
        "sandbox": sandbox,
    }
    return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()


async def put_back(slot: SandboxSlot, compiled: Compiled) -> bool:
    """Whether all artefacts are in the box again; if not, they are in nobody's way."""
    try:
        for each in compiled.artefacts:
            await slot.put(each.name, each.content, executable=each.executable)
    except RequestRefused:
        return False
    return True


async def take_out(slot: SandboxSlot, step: CompileStep, output: bytes) -> Compiled | None:
    """What the compilation left in the box. None when that is not what it should be, or is too much."""
    names: list[tuple[str, bool]] = []
    for name in step.artefacts or ():
        if name.endswith("/"):
            listed = await _list(slot, name, view=step.view)
            if listed is None:
                return None
            names += [(each, False) for each in listed]
        else:
            names.append((name, True))
    if len(names) > ARTEFACTS_MAX:
        return None
    artefacts: list[Artefact] = []
    room = ARTEFACT_BYTES_MAX
    try:
        for name, executable in names:
            content = await _get(slot, name, bytes_max=room)
            room -= len(content)
            artefacts.append(Artefact(name=name, content=content, executable=executable))
    except RequestRefused:  # not there, a link, a folder, too large: what the compiler meant by it is its own
        return None
    return Compiled(artefacts=tuple(artefacts), output=output)


async def _get(slot: SandboxSlot, name: str, *, bytes_max: int) -> bytes:
    with memory_file("artefact") as memory:
        size = await slot.get(name, memory, bytes_max=bytes_max)
        return read_at(memory, 0, size)


async def _list(slot: SandboxSlot, folder: str, *, view: str) -> list[str] | None:
    """The names of all files below a folder of the box; None when they cannot be told."""
    command = Command(
        argv=(_FIND, f"/box/{folder}".removesuffix("/"), "!", "-type", "d", "-printf", "%P\\0"),
        env={"LC_ALL": "C.UTF-8"},
        view=view,
        limits=_LISTING_LIMITS,
        policy=Policy.MANAGED,
        box_writable=False,
    )
    with null_device() as null, memory_file("names") as names:
        facts = await slot.run(command, stdin=null, stdout=names, stderr=null)
        if (facts.status, facts.exit_code) != (Status.EXITED, 0):
            return None
        try:
            found = os.pread(names, _NAMES_BYTES_MAX, 0).decode().split("\0")[:-1]
        except UnicodeDecodeError:
            return None
    return sorted(folder + name for name in found)
