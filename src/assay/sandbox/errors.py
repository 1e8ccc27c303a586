"""What can go wrong between a caller and the cell.

SandboxError
├── CellStartError        the supervisor did not start; says what is missing, and the remedy
│   ├── NeedsRoot         only root can make a sandbox
│   └── CellNotBuilt      the cell's program is not there
├── CellUnavailable       nobody listens on the socket, or we may not connect
├── ProtocolError         the two sides do not speak the same language (versions differ, malformed answer)
├── NoFreeSlot            all slots were taken for longer than the caller would wait
├── RunFailed             asked by `capture`: the facts say nothing of the program, for the run itself failed
│   └── CannotExecute     there is no such program in the view, or it is none
├── SlotLost              the slot ended in the middle: its keeper died, or it was closed
└── RequestRefused        the cell refused a request of ours; the slot can go on
    ├── UnknownView
    ├── BadDescriptor     an fd of the wrong sort or mode
    ├── BadName           a box name that is absolute, climbs, is too long or too deep
    └── BoxError          a file could not be put: no room left, a folder in its place

What a *program* does wrong is never an exception: it is a status in Facts.
"""

from assay.sandbox.facts import Facts


class SandboxError(Exception):
    """Base of everything the sandbox raises."""


class CellStartError(SandboxError):
    """The supervisor did not start. The text is one line: what is missing, and the remedy."""


class NeedsRoot(CellStartError):
    """Only root can make a sandbox, and this process is an ordinary user's."""


class CellNotBuilt(CellStartError):
    """The cell's program is not where it was looked for."""


class CellUnavailable(SandboxError):
    """No cell answers on the socket."""


class ProtocolError(SandboxError):
    """The answer is not of the protocol, or of another version of it."""


class NoFreeSlot(SandboxError):
    """All slots were taken for longer than the caller would wait."""


class RunFailed(SandboxError):
    """A fault of ours or of the machine's, not of the program's: nothing can be said of it."""

    def __init__(self, words: str, facts: Facts) -> None:
        super().__init__(words)
        self.facts = facts


class CannotExecute(RunFailed):
    """The program cannot be executed: it is not in the view, not executable, or not a program."""


class SlotLost(SandboxError):
    """The slot is gone; what ran in it is dead."""


class RequestRefused(SandboxError):
    """The cell refused the request; nothing ran."""


class UnknownView(RequestRefused):
    """The cell was not started with a view of this name."""


class BadDescriptor(RequestRefused):
    """A file descriptor is of the wrong sort, or open in the wrong mode."""


class BadName(RequestRefused):
    """The name is not one that a file in the box may have."""


class BoxError(RequestRefused):
    """The file could not be put into the box."""
