"""Defence in depth: each layer stops an attack that every other optional layer is switched off for.

The control is the very same attack with this layer off too: it gets through. So it was the layer.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
import json
from pathlib import Path
import subprocess

import pytest

from assay.judging.host import describe_sandbox
from assay.sandbox import Cell, CellProcess, CellStartError, Status
from tests.conftest import needs_root
from tests.security.harness import ROOMY, Outcome, run, running_cell
from tests.security.layers.host import Host, attacked_host, landlock_version
from tests.security.layers.table import ALWAYS_ON, ATTACKS, OPTIONAL, Attack

pytestmark = needs_root

PROGRAM = Path(__file__).with_name("attempts.py").read_bytes()
TRUE = Path("/usr/bin/true").read_bytes()
TIGHT = replace(ROOMY, processes=4, open_files=32, memory_bytes=64 << 20, cores=1)
# Names in `info` that no switch turns off: they tell what surrounds the cell.
SURROUNDINGS = frozenset({"user_namespace", "apparmor"})
LANDLOCK_VERSION_MIN = 2  # as in cell/src/landlock.c
NEED_NO_NEW_PRIVILEGES = frozenset({"landlock", "seccomp_allow_list"})
Cells = Callable[[frozenset[str]], CellProcess]


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with attacked_host() as host:
        yield host


@pytest.fixture(scope="module")
def cells(host: Host) -> Iterator[Cells]:
    """Cells by the layers that they lack, each started once."""
    started: dict[frozenset[str], CellProcess] = {}
    with ExitStack() as running:

        def cell(without: frozenset[str]) -> CellProcess:
            if without not in started:
                started[without] = running.enter_context(running_cell(host.config(without=without)))
            return started[without]

        yield cell


async def attempt(process: CellProcess, attack: Attack, host: Host) -> Outcome:
    cell = await Cell.connect(process.socket_path)
    async with cell.slot() as slot:
        await slot.put("attempts.py", PROGRAM)
        await slot.put("true", TRUE, executable=True)
        return await run(
            slot,
            *("/usr/bin/python3", "-ISB", "/box/attempts.py", attack.attempt, json.dumps(host.facts)),
            view="attacker",
            limits=TIGHT,
            policy=attack.policy,
            box_writable=attack.box_writable,
        )


def what_stopped(seen: Outcome) -> str:
    """In the words of the table: the attempt's own, or the facts'."""
    facts = seen.facts
    if facts.status is Status.EXITED:
        return seen.stdout.decode().removeprefix("stopped: ").removesuffix("\n")
    call = facts.detail.partition(" (")[0]
    return f"{facts.status}: {call}" if facts.status is Status.FORBIDDEN else facts.status


async def isolation(process: CellProcess) -> dict[str, str]:
    """The layers in force, each with what is said of it."""
    info = await (await Cell.connect(process.socket_path)).info()
    return {name: more for name, _, more in (layer.partition(":") for layer in info.isolation)}


def skip_what_this_machine_cannot_do(attack: Attack, host: Host, layers: dict[str, str]) -> None:
    if attack.layer == "landlock" and landlock_version() < attack.landlock_version:
        pytest.skip(f"this kernel's Landlock is older than version {attack.landlock_version}")
    if attack.layer == "core_pinning" and len(host.facts["cores"]) == 1:
        pytest.skip("a machine with one core")
    if layers.get("core_pinning") == "affinity" and not attack.is_affinity_enough:
        pytest.skip("there is no cpuset to pin by, which `info` says")


@pytest.mark.parametrize("attack", [pytest.param(attack, id=attack.name) for attack in ATTACKS])
async def test_the_layer_stops_the_attack_by_itself(attack: Attack, cells: Cells, host: Host) -> None:
    others = OPTIONAL - attack.needs
    alone = cells(others - {attack.layer})
    skip_what_this_machine_cannot_do(attack, host, await isolation(alone))

    seen = await attempt(alone, attack, host)
    assert what_stopped(seen) == attack.stopped, seen
    control = await attempt(cells(others), attack, host)
    assert control.stdout == b"got through\n", control
    assert control.facts.exit_code == 0, control


def name_of_machine(process: CellProcess) -> str:
    """The name of the machine that a supervisor is on."""
    look = ["/usr/bin/nsenter", f"--uts=/proc/{process.pid}/ns/uts", "/usr/bin/uname", "-n"]
    return subprocess.run(look, capture_output=True, text=True, check=True).stdout.strip()


async def test_the_machine_keeps_its_name(cells: Cells, host: Host) -> None:
    """The attack changes a name either way; what counts is the one that the machine has then."""
    attack = Attack(layer="uts_namespace", attempt="change_name", stopped="")
    for without, name in ((OPTIONAL - {"uts_namespace"}, host.facts["name"]), (OPTIONAL, "taken")):
        with running_cell(host.config(without=without)) as process:
            assert (await attempt(process, attack, host)).stdout == b"got through\n"
            assert name_of_machine(process) == name


async def test_there_is_an_attack_for_every_layer(cells: Cells) -> None:
    layers = await isolation(cells(frozenset()))
    in_no_kernel = {"landlock"} if landlock_version() < LANDLOCK_VERSION_MIN else set()
    assert frozenset(layers) - SURROUNDINGS == (OPTIONAL | ALWAYS_ON) - in_no_kernel


@pytest.mark.parametrize("layer", sorted(OPTIONAL))
async def test_a_layer_that_is_off_is_in_no_list(layer: str, cells: Cells) -> None:
    """Neither in what the cell says of itself nor in a verdict's evidence. All else works on."""
    whole = await isolation(cells(frozenset()))
    without = frozenset({layer})
    if layer == "no_new_privileges":
        without |= NEED_NO_NEW_PRIVILEGES
    process = cells(without)
    assert frozenset(await isolation(process)) == frozenset(whole) - without
    info = await (await Cell.connect(process.socket_path)).info()
    words = describe_sandbox(info, attack_gate=True).partition("isolation: ")[2].split()
    assert {word.partition(":")[0] for word in words} == frozenset(whole) - without
    async with (await Cell.connect(process.socket_path)).slot() as slot:
        seen = await run(slot, "/usr/bin/bash", "-c", "echo works", view="attacker")
    assert seen.stdout == b"works\n", seen


@pytest.mark.parametrize("also", [set(), {"no_capabilities"}, {"user_per_slot", "landlock"}])
def test_layers_that_need_another_are_off_before_it(also: set[str], host: Host) -> None:
    """A cell that starts can run: it is not found out run by run that the kernel refuses a filter."""
    with pytest.raises(
        CellStartError, match=r"^without no_new_privileges nothing can enter landlock or seccomp_al"
    ):
        CellProcess.start(host.config(without=frozenset({"no_new_privileges", *also})))


@pytest.mark.parametrize(
    "name", [*sorted(ALWAYS_ON), "seccomp", "SECCOMP_ALLOW_LIST", "", "landlock:7", "ü" * 400]
)
def test_no_other_layer_can_be_switched_off(name: str, host: Host) -> None:
    config = host.config(without=frozenset({name}))
    with pytest.raises(CellStartError, match=r'^there is no layer ".*" that can be switched off$'):
        CellProcess.start(config)
    assert not config.socket_path.exists()
