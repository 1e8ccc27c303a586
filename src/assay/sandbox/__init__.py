"""Run programs that nobody trusts: the client of the cell (see cell/README.md).

Imports nothing of assay but itself, and the standard library.
"""

from assay.sandbox.cell import Cell, Slot
from assay.sandbox.errors import (
    BadDescriptor,
    BadName,
    BoxError,
    CellStartError,
    CellUnavailable,
    ProtocolError,
    RequestRefused,
    SandboxError,
    SlotLost,
    UnknownView,
)
from assay.sandbox.facts import CellInfo, Command, Facts, Policy, RunLimits, Status
from assay.sandbox.process import CellConfig, CellProcess

__all__ = [
    "BadDescriptor",
    "BadName",
    "BoxError",
    "Cell",
    "CellConfig",
    "CellInfo",
    "CellProcess",
    "CellStartError",
    "CellUnavailable",
    "Command",
    "Facts",
    "Policy",
    "ProtocolError",
    "RequestRefused",
    "RunLimits",
    "SandboxError",
    "Slot",
    "SlotLost",
    "Status",
    "UnknownView",
]
