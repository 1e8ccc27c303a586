"""Run programs that nobody trusts: the client of the cell (see cell/README.md).

Imports nothing of assay but itself, and the standard library.
"""

from assay.sandbox.blocking import BlockingCell, BlockingSlot
from assay.sandbox.cell import Cell, Slot
from assay.sandbox.errors import (
    BadDescriptor,
    BadName,
    BoxError,
    CannotExecute,
    CellNotBuilt,
    CellStartError,
    CellUnavailable,
    NeedsRoot,
    NoFreeSlot,
    ProtocolError,
    RequestRefused,
    RunFailed,
    SandboxError,
    SlotLost,
    UnknownView,
)
from assay.sandbox.facts import FILES_MAX, CellInfo, Command, Facts, Policy, RunLimits, Status
from assay.sandbox.process import CellConfig, CellProcess
from assay.sandbox.result import Result

__all__ = [
    "FILES_MAX",
    "BadDescriptor",
    "BadName",
    "BlockingCell",
    "BlockingSlot",
    "BoxError",
    "CannotExecute",
    "Cell",
    "CellConfig",
    "CellInfo",
    "CellNotBuilt",
    "CellProcess",
    "CellStartError",
    "CellUnavailable",
    "Command",
    "Facts",
    "NeedsRoot",
    "NoFreeSlot",
    "Policy",
    "ProtocolError",
    "RequestRefused",
    "Result",
    "RunFailed",
    "RunLimits",
    "SandboxError",
    "Slot",
    "SlotLost",
    "Status",
    "UnknownView",
]
