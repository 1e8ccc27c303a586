"""The gate before every local cell (operate/attacks/gate.py), and how a log or a terminal hears of it."""

from collections.abc import Sequence
import sys
import time
from typing import Protocol

import structlog

from assay.operate.attacks.corpus import Attack
from assay.operate.attacks.gate import FreshCell, Witness, hold_gate
from assay.operate.attacks.record import PassRecord
from assay.operate.attacks.running import Result
from assay.settings import Settings

log = structlog.get_logger()


class GateWitness(Witness, Protocol):
    def finds_gate_off(self) -> None:
        """Nothing is tried, by the operator's own word."""


async def pass_gate(settings: Settings, fresh: FreshCell, witness: GateWitness) -> None:
    """Return if the cell may judge. While still root. Raises `Unavailable` naming the attacks that succeeded.

    `ASSAY_ATTACK_GATE=off` lets any cell pass; the evidence of each verdict then says so.
    """
    if settings.attack_gate:
        await hold_gate(fresh, record=PassRecord(), witness=witness)
    else:
        witness.finds_gate_off()


class InLog:
    """For servers."""

    def __init__(self) -> None:
        self._left = 0
        self._began = 0.0

    def begins(self, attacks: Sequence[Attack]) -> None:
        self._left, self._began = len(attacks), time.monotonic()
        log.info("attacking the sandbox before it gets its first job", attacks=len(attacks))

    def sees(self, result: Result) -> None:
        self._left -= 1
        if not result.ok:
            log.error(
                "the sandbox did not withstand an attack",
                attack=result.attack.name,
                expected=result.attack.expectation,
                found=result.found,
            )
        if not self._left:
            log.info("all attacks have ended", seconds=round(time.monotonic() - self._began, 1))

    def misses_record(self, why: str) -> None:
        log.warning(
            "cannot record that the sandbox withstood the attacks; the next start repeats them", why=why
        )

    def finds_gate_off(self) -> None:
        log.warning("attack gate off: this sandbox judges whether or not it withstands attacks")


class OnTerminal:
    """For commands: a word about why it takes so long, to people only."""

    def begins(self, attacks: Sequence[Attack]) -> None:
        if sys.stderr.isatty():
            words = f"attacking the sandbox with {len(attacks)} programs before its first use (once a day)"
            print(f"assay: {words}", file=sys.stderr)

    def sees(self, result: Result) -> None:
        """The refusal names those that succeeded."""

    def misses_record(self, why: str) -> None:
        """It costs the next command some seconds, and is no trouble of this one."""

    def finds_gate_off(self) -> None:
        """It is in the evidence of each verdict."""
