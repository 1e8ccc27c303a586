"""What can go wrong with an engine, in the sandbox's terms. The HTTP library's errors end here.

SandboxError
├── EngineUnavailable     nobody answers on the engine's socket, or it is no Docker engine
├── EngineTooOld          it does not speak the version of the API that we need
├── FeatureMissing        engine or kernel cannot enforce a limit that was asked for, so nothing is run
├── CgroupUnreadable      the container's figures cannot be read: the engine is elsewhere, or hides them
└── EngineRefused         the engine says no; with the HTTP status
    ├── ImageMissing      it does not have the image
    └── RuntimeUnknown    it was not told of the runtime

Each text says what to do. What a program does wrong is never an exception: it is a status in Facts.
"""

from assay.sandbox import SandboxError


class EngineUnavailable(SandboxError):
    """No Docker engine answers on the socket."""


class EngineTooOld(SandboxError):
    """The engine's API lacks what we need."""


class FeatureMissing(SandboxError):
    """A limit could not be enforced, so nothing was run."""


class CgroupUnreadable(SandboxError):
    """The figures of a container cannot be read on this host."""


class EngineRefused(SandboxError):
    """The engine answered with an error. `status` is HTTP's, 0 where there was none."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class ImageMissing(EngineRefused):
    """The engine has no such image."""


class RuntimeUnknown(EngineRefused):
    """The engine was not configured with this OCI runtime."""
