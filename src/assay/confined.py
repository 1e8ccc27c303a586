"""What a child process gives up before it reads what strangers wrote: memory, files, new processes.

First `hold_memory`; then everything is loaded, with small inputs of each kind; then `open_nothing_more`. CPU
time is held by whoever knows what an input may take: `signal.setitimer(signal.ITIMER_PROF, …)`, whose SIGPROF
ends the process whatever it does at that moment.
"""

import os
import resource
import sys

REFUSED = 13  # exit code: something was to be opened or started
_REFUSED_EVENTS = (
    "open",
    "socket.",
    "subprocess.",
    "os.",
    "ctypes.",
    "shutil.",
    "tempfile.",
    "pty.",
    "import",
)


def hold_memory(bytes_max: int) -> None:
    """At most so many bytes of addresses, no core file, and nothing written to any file."""
    for what, bound in (
        (resource.RLIMIT_AS, bytes_max),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (bound, bound))


def open_nothing_more() -> None:
    """From here on this process opens no file or connection and starts no program, or ends: `REFUSED`."""
    sys.addaudithook(_refuse)


def _refuse(event: str, _: object) -> None:
    if event.startswith(_REFUSED_EVENTS):
        os._exit(REFUSED)
