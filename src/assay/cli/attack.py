"""`assay doctor --attack`: does the sandbox of this machine withstand what it is for?"""

from collections.abc import Sequence
from dataclasses import replace
import json
import time
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text
import typer

from assay.cli.local import EXIT_NOT_ACCEPTED, open_console, run_to_end
from assay.operate.attacks.corpus import Attack
from assay.operate.attacks.gate import FreshCell, attack_cell, attacks_for_this_machine
from assay.operate.attacks.record import PassRecord
from assay.operate.attacks.running import LANES, Result
from assay.settings import Settings
from assay.wiring.house import identity_for
from assay.wiring.places import running_cell


def attack(settings: Settings, *, as_json: bool) -> None:
    """Attack a sandbox made for this, and say what came of it. Exits with 1 if an attack succeeded.

    What it finds counts for the servers, too: a pass spares their next start the same, a failure does not.
    """
    attacks, identity = attacks_for_this_machine(), identity_for(settings)
    console = open_console()
    witness = Watching(console if console.is_terminal and not as_json else None, attacks)
    began = time.monotonic()
    with running_cell(replace(settings, slots=LANES), identity) as process:
        fresh = FreshCell(process=process, identity=identity)
        results = run_to_end(attack_cell(fresh, attacks, record=PassRecord(), witness=witness))
    seconds = time.monotonic() - began
    if as_json:
        print(json.dumps(describe(results, seconds)))
    else:
        show(console, results, seconds)
    if not all(result.ok for result in results):
        raise typer.Exit(EXIT_NOT_ACCEPTED)


class Watching:
    """A line for each attack as it ends, where somebody watches."""

    def __init__(self, console: Console | None, attacks: Sequence[Attack]) -> None:
        self._console = console
        self._width = max(len(attack.name) for attack in attacks)

    def begins(self, attacks: Sequence[Attack]) -> None:
        if self._console is not None:
            self._console.print(f"{len(attacks)} attacks, {LANES} at a time, each followed by a victim")

    def sees(self, result: Result) -> None:
        if self._console is not None:
            mark, style = ("ok  ", "green") if result.ok else ("FAIL", "bold red")
            words = f"  {result.attack.name:<{self._width}} {result.seconds:5.2f} s  {result.attack.purpose}"
            self._console.print(Text.assemble((mark, style), words), no_wrap=True, overflow="ellipsis")

    def misses_record(self, why: str) -> None:
        if self._console is not None:
            self._console.print(Text(f"the next start will attack again, since this was not recorded: {why}"))


def describe(results: Sequence[Result], seconds: float) -> dict[str, Any]:
    """Everything as JSON. `found` is null for what went as expected."""
    return {
        "ok": all(result.ok for result in results),
        "seconds": round(seconds, 2),
        "attacks": [
            {
                "name": result.attack.name,
                "attack": result.attack.purpose,
                "ok": result.ok,
                "expected": result.attack.expectation,
                "found": result.found,
                "seconds": round(result.seconds, 2),
            }
            for result in results
        ],
    }


def show(console: Console, results: Sequence[Result], seconds: float) -> None:
    """What succeeded, with what was expected and what was found instead; and a sum."""
    failures = [result for result in results if not result.ok]
    if failures:
        table = Table(*(Column(name, overflow="fold") for name in ("attack", "expected", "found")), box=None)
        for result in failures:
            table.add_row(
                Text(f"{result.attack.name}: {result.attack.purpose}", style="bold red"),
                Text(result.attack.expectation),
                Text(result.found or ""),
            )
        console.print(table)
    withstood = len(results) - len(failures)
    console.print(f"withstood {withstood} of {len(results)} attacks in {seconds:.1f} s", highlight=False)
    if failures:
        console.print("servers will take no jobs on this machine", style="bold red")
