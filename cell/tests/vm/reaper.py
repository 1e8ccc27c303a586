#!/usr/bin/env python3
"""reaper.py COMMAND [ARGUMENT...]: run a command, and reap what is orphaned below it.

The first process of a system does that; the emulated machine's does not. What a killed supervisor leaves
would stay unreaped for ever, and a run's init with it: the kernel lets the first process of a pid namespace
go when all others in it are reaped. Exits as the command does.
"""

import ctypes
import os
import sys

PR_SET_CHILD_SUBREAPER = 36


def main() -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "PR_SET_CHILD_SUBREAPER")
    command = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
    while True:
        pid, status = os.wait()
        if pid == command:
            return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
