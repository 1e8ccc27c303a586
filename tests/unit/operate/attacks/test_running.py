"""Attacks in a pretended sandbox: each way in which a cell can fail under one is a result."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from assay.adapters.memory.sandbox import Ending, MemorySandbox, MemorySlot
from assay.operate.attacks.corpus import ROOMY, Attack
from assay.operate.attacks.running import Result, attack_all
from assay.sandbox import Command, Policy, SlotLost, Status

VICTIM = Ending(stdout=b"unharmed\n")


def attack(name: str = "a.py", **changes: object) -> Attack:
    parts: dict[str, object] = {
        "name": name,
        "purpose": "tries; fails",
        "source": b"the source",
        "statuses": (Status.EXITED,),
        "exit_code": 0,
        "signal": None,
        "stdout": "untouched",
        "detail": "",
        "limits": {},
        "policy": Policy.MANAGED,
        "view": "toolchain",
        "env": None,
        "machine": None,
        "wall_time_under_ms": None,
        "is_quick": True,
    }
    return Attack(**{**parts, **changes})  # type: ignore[arg-type]


def sound(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """A cell that withstands everything."""
    return VICTIM if not files else Ending(stdout=b"untouched\n")


async def attempt(sandbox: MemorySandbox, *attacks: Attack, at_once: int = 2) -> list[str | None]:
    told: list[Result] = []
    results = await attack_all(sandbox, attacks, at_once=at_once, tell=told.append)
    assert [result.attack for result in results] == list(attacks)
    assert sorted(id(result) for result in told) == sorted(id(result) for result in results)
    assert sandbox.open_slots == 0
    return [result.found for result in results]


@pytest.mark.parametrize("at_once", [1, 2])
async def test_a_sound_cell_withstands(at_once: int) -> None:
    seen: list[tuple[Command, dict[str, bytes]]] = []

    def watched(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        seen.append((command, files))
        return sound(command, files, stdin)

    script = attack("b.sh", env={"A": "1"}, limits={"cores": 2}, policy=Policy.SHELL, view="bash")
    assert await attempt(MemorySandbox(watched), attack(), script, at_once=at_once) == [None, None]
    commands = {command.argv[-1]: (command, files) for command, files in seen}
    python, files = commands["/box/program.py"]
    assert python.argv == ("/usr/bin/python3", "-I", "/box/program.py")
    assert python.env == {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin", "SLOWNESS": "1"}
    assert (python.limits, python.policy, python.view) == (ROOMY, Policy.MANAGED, "toolchain")
    assert files == {"program.py": b"the source"}
    bash, _ = commands["/box/program.sh"]
    assert bash.env == {"LC_ALL": "C.UTF-8", "A": "1"}
    assert (bash.limits.cores, bash.policy, bash.view) == (2, Policy.SHELL, "bash")
    assert len(seen) == 4  # a victim after each


async def test_c_is_compiled_in_the_cell_first() -> None:
    seen: list[Command] = []

    def watched(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        seen.append(command)
        return sound(command, files, stdin)

    native = attack("c.c", policy=Policy.NATIVE, view="native")
    assert await attempt(MemorySandbox(watched), native) == [None]
    compilation, run, _victim = seen
    assert compilation.argv[0] == "/usr/bin/gcc"
    assert (compilation.policy, compilation.view, compilation.box_writable) == (
        Policy.TOOLCHAIN,
        "toolchain",
        True,
    )
    assert (run.argv, run.policy, run.view, run.box_writable) == (
        ("/box/program",),
        Policy.NATIVE,
        "native",
        False,
    )


async def test_an_attack_that_succeeds_does_not_spare_the_others() -> None:
    def leaky(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return (
            Ending(stdout=b"root:x:0:0")
            if b"shadow" in files.get("program.py", b"")
            else sound(command, files, stdin)
        )

    found = await attempt(MemorySandbox(leaky), attack(source=b"shadow"), attack())
    assert found == ["another output; output 'root:x:0:0'", None]


@pytest.mark.parametrize(
    "harmed",
    [
        Ending(stdout=b"unharmed /tmp/left\n"),
        Ending(stdout=b""),
        Ending(status=Status.INTERNAL, exit_code=None, detail="no cgroup"),
        Ending(stdout=b"unharmed\n", status=Status.SIGNALLED, exit_code=None, signal=9),
    ],
)
async def test_a_victim_that_noticed_something_is_a_failure_of_the_attack_before(harmed: Ending) -> None:
    def careless(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return sound(command, files, stdin) if files else harmed

    (found,) = await attempt(MemorySandbox(careless), attack())
    assert found is not None
    assert found.startswith("it harmed the next run: ")


async def test_what_does_not_compile_is_no_pass() -> None:
    def without_compiler(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if command.argv[0] == "/usr/bin/gcc":
            return Ending(status=Status.INTERNAL, exit_code=None, detail="cannot execute", stderr=b"\x1b[2J")
        return sound(command, files, stdin)

    (found,) = await attempt(MemorySandbox(without_compiler), attack("c.c"))
    assert found is not None
    assert found.startswith("gcc did not compile it in the sandbox: 'internal cannot execute")
    assert "\x1b" not in found


class BreakingSandbox(MemorySandbox):
    """Its slots are lost as soon as something runs in them."""

    @asynccontextmanager
    async def slot(self, *, for_jury: bool = False) -> AsyncIterator[MemorySlot]:
        async with super().slot(for_jury=for_jury) as slot:
            slot.is_closed = True
            yield slot


async def test_a_cell_that_breaks_is_no_pass() -> None:
    (found,) = await attempt(BreakingSandbox(sound), attack())
    assert found == "the sandbox failed: the slot is closed"

    def loses_slot(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        raise SlotLost("its keeper died")

    (found,) = await attempt(MemorySandbox(loses_slot), attack())
    assert found == "the sandbox failed: its keeper died"
