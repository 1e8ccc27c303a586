"""Runs attacks in a sandbox, and looks after each whether the neighbours are well.

lane 1   attack ▸ victim ▸ attack ▸ victim ▸ …        every attack and every victim in a slot of its own;
lane 2      attack ▸ victim ▸ attack ▸ …              with two lanes each has a neighbour that attacks
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
import os

from assay.errors import Unavailable
from assay.operate.attacks.corpus import Attack, Outcome, mismatch, roomy_limits
from assay.operate.attacks.ports import AttackedSandbox, AttackedSlot
from assay.sandbox import Command, Policy, SandboxError, Status

LANES = 2  # so that each attack has a neighbour
COMPILER_WORDS_MAX = 300  # characters of the compiler's complaint in ours

_ENV = {"LC_ALL": "C.UTF-8"}
_INTERPRETERS = {".py": ("/usr/bin/python3", "-I"), ".sh": ("/usr/bin/bash",)}
_VICTIM = "shopt -s dotglob nullglob; echo unharmed /tmp/* /box/*"  # names whatever it finds besides
_VICTIM_SAYS = b"unharmed\n"


@dataclass(frozen=True, kw_only=True)
class Result:
    """How one attack went. `found` is what differs from the expectation in words, None when all is well."""

    attack: Attack
    found: str | None
    seconds: float

    @property
    def ok(self) -> bool:
        return self.found is None


async def attack_all(
    sandbox: AttackedSandbox,
    attacks: Sequence[Attack],
    *,
    at_once: int,
    tell: Callable[[Result], None],
    slowness: int = 1,
) -> tuple[Result, ...]:
    """Try each, `at_once` at a time; `tell` hears of each result as it comes. In the order of `attacks`.

    A sandbox that fails under an attack is a result like any other; nothing of it is raised.
    """
    lanes = asyncio.Semaphore(at_once)
    now = asyncio.get_running_loop().time

    async def one(attack: Attack) -> Result:
        async with lanes:
            started = now()
            found = await _attempt(sandbox, attack, slowness)
            result = Result(attack=attack, found=found, seconds=now() - started)
        tell(result)
        return result

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(attack)) for attack in attacks]
    return tuple(task.result() for task in tasks)


async def _attempt(sandbox: AttackedSandbox, attack: Attack, slowness: int) -> str | None:
    """What differs from what is expected, of the attack or of the victim after it."""
    try:
        async with sandbox.slot() as slot:
            outcome = await run_attack(slot, attack, slowness=slowness)
        found = mismatch(attack, outcome, slowness=slowness)
        if found is not None:
            return found
        async with sandbox.slot() as slot:
            return await _harm(slot, slowness)
    except Unavailable as error:
        return error.message
    except SandboxError as error:
        return f"the sandbox failed: {error}"


async def run_attack(slot: AttackedSlot, attack: Attack, *, slowness: int = 1) -> Outcome:
    """Compile it if it is C, in the slot itself, and run it.

    Raises `Unavailable` when it does not compile, and `SandboxError`.
    """
    file = f"program{attack.ending}"
    await slot.put(file, attack.source)
    if attack.ending == ".c":
        await _compile(slot, slowness)
        argv: tuple[str, ...] = ("/box/program",)
    else:
        argv = (*_INTERPRETERS[attack.ending], f"/box/{file}")
    env = {"PATH": "/usr/bin", "SLOWNESS": str(slowness)} if attack.env is None else attack.env
    command = Command(
        argv=argv,
        env={**_ENV, **env},
        view=attack.view,
        limits=attack.run_limits(slowness=slowness),
        policy=attack.policy,
        box_writable=False,
    )
    return await _run(slot, command)


async def _compile(slot: AttackedSlot, slowness: int) -> None:
    command = Command(
        argv=("/usr/bin/gcc", "-O1", "-w", "-pthread", "-o", "/box/program", "/box/program.c"),
        env={**_ENV, "PATH": "/usr/bin"},
        view="toolchain",
        limits=roomy_limits(slowness=slowness),
        policy=Policy.TOOLCHAIN,
        box_writable=True,
    )
    built = await _run(slot, command)
    if built.facts.exit_code != 0:
        words = f"{built.facts.status} {built.facts.detail} {built.stderr.decode(errors='replace')}".strip()
        raise Unavailable(f"gcc did not compile it in the sandbox: {words[:COMPILER_WORDS_MAX]!r}")


async def _harm(slot: AttackedSlot, slowness: int) -> str | None:
    """What an honest program notices of the attack before it, in words; None if nothing."""
    command = Command(
        argv=("/usr/bin/bash", "-c", _VICTIM),
        env=_ENV,
        view="toolchain",
        limits=roomy_limits(slowness=slowness),
        policy=Policy.MANAGED,
        box_writable=False,
    )
    outcome = await _run(slot, command)
    if (outcome.facts.status, outcome.stdout) == (Status.EXITED, _VICTIM_SAYS):
        return None
    return f"it harmed the next run: {outcome.facts.status} {outcome.facts.detail} {outcome.stdout[:200]!r}"


async def _run(slot: AttackedSlot, command: Command) -> Outcome:
    with ExitStack() as files:
        stdin, stdout, stderr = (_memory_file(name, files) for name in ("stdin", "stdout", "stderr"))
        facts = await slot.run(command, stdin=stdin, stdout=stdout, stderr=stderr)
        return Outcome(facts=facts, stdout=_content(stdout), stderr=_content(stderr))


def _memory_file(name: str, files: ExitStack) -> int:
    fd = os.memfd_create(name, os.MFD_CLOEXEC)
    files.callback(os.close, fd)
    return fd


def _content(fd: int) -> bytes:
    """All that was written; the run's own limit bounds it."""
    return os.pread(fd, os.fstat(fd).st_size, 0)
