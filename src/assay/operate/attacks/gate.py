"""No jobs for a cell that has not withstood the attacks: each start asks the record, or attacks.

The cell is asked and attacked as its one client, and the record is written as root. So this belongs between
the start of the cell and the moment when its owner drops its privileges for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import hashlib
from itertools import pairwise
import os
from pathlib import Path
from typing import Protocol

from assay.errors import Unavailable
from assay.operate.attacks.corpus import Attack, corpus_folder, digest, for_machine, quick_half, read_corpus
from assay.operate.attacks.record import Circumstances, PassRecord, seconds_since_boot
from assay.operate.attacks.running import LANES, Result, attack_all
from assay.operate.privileges import Identity, acting_as
from assay.sandbox import Cell, CellInfo, CellProcess, SandboxError

NAMED_MAX = 5  # attacks in the refusal; the witness has seen them all

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Witness(Protocol):
    """Who is told, for a log or a terminal."""

    def begins(self, attacks: Sequence[Attack]) -> None:
        """The record does not cover this cell: all of these will be tried."""

    def sees(self, result: Result) -> None:
        """One attack has ended."""

    def misses_record(self, why: str) -> None:
        """That all attacks failed could not be written down: the next start will try them again."""


@dataclass(frozen=True, kw_only=True)
class FreshCell:
    """A cell that this process has just started, as root, and whom it serves."""

    process: CellProcess
    identity: Identity


async def hold_gate(fresh: FreshCell, *, record: PassRecord, witness: Witness) -> None:
    """Return if this cell may judge; the witness hears nothing if the record says so.

    Raises `Unavailable` naming the attacks that succeeded.
    """
    attacks = attacks_for_this_machine()
    try:
        with acting_as(fresh.identity):
            info = await (await Cell.connect(fresh.process.socket_path)).info()
        if record.has(_circumstances(fresh, info, attacks), seconds_since_boot()):
            return
        results = await attack_cell(fresh, attacks, record=record, witness=witness)
    except SandboxError as error:
        raise Unavailable(f"the sandbox does not answer: {error}") from error
    succeeded = [result.attack.name for result in results if not result.ok]
    if succeeded:
        raise Unavailable(refusal(succeeded))


def attacks_for_this_machine() -> tuple[Attack, ...]:
    """The quick half of the corpus. Read it as root: it may lie where an ordinary user cannot look."""
    return quick_half(for_machine(read_corpus(corpus_folder()), os.uname().machine))


async def attack_cell(
    fresh: FreshCell, attacks: Sequence[Attack], *, record: PassRecord, witness: Witness
) -> tuple[Result, ...]:
    """Try all attacks, and write down whether all failed.

    Raises `SandboxError` when no cell answers, and `Unavailable` when an attack succeeded and the record goes
    on saying that none does.
    """
    with acting_as(fresh.identity):
        cell = await Cell.connect(fresh.process.socket_path)
        info = await cell.info()
        witness.begins(attacks)
        results = await attack_all(cell, attacks, at_once=min(LANES, info.slots), tell=witness.sees)
    circumstances = _circumstances(fresh, info, attacks)
    if all(result.ok for result in results):
        try:
            record.add(circumstances, seconds_since_boot())
        except OSError as error:
            witness.misses_record(str(error))
        return results
    try:
        record.remove(circumstances, seconds_since_boot())
    except OSError as error:
        raise Unavailable(f"an attack succeeded, and an earlier pass stays on record: {error}") from error
    return results


def refusal(succeeded: Sequence[str]) -> str:
    """What is said when attacks succeeded."""
    names = ", ".join(succeeded[:NAMED_MAX])
    if len(succeeded) > NAMED_MAX:
        names += f" and {len(succeeded) - NAMED_MAX} more"
    return (
        f"the sandbox did not withstand {names}: nothing is judged. "
        "'assay doctor --attack' shows what was expected and what was found"
    )


def views_of(command_line: bytes) -> bytes:
    """What of a cell's command line says which paths its runs see. Slots, socket and pipes may differ."""
    arguments = command_line.split(b"\0")
    return b"\0".join(
        flag + b"=" + value for flag, value in pairwise(arguments) if flag in (b"--view", b"--path")
    )


def _circumstances(fresh: FreshCell, info: CellInfo, attacks: Sequence[Attack]) -> Circumstances:
    """Of the program that runs, which need not be the one that now lies at its path."""
    system, process = os.uname(), Path(f"/proc/{fresh.process.pid}")
    return Circumstances(
        cell=hashlib.sha256((process / "exe").read_bytes()).hexdigest(),
        policy=hashlib.sha256("\n".join(info.isolation).encode()).hexdigest(),
        views=hashlib.sha256(views_of((process / "cmdline").read_bytes())).hexdigest(),
        corpus=digest(attacks),
        kernel=f"{system.release} {system.version}",
        boot_id=_BOOT_ID.read_text().strip(),
    )
