#! attack: an interpreter starts processes in each way that it has; its policy has none
#! status: exited
#! stdout: refused
#! quick: yes
import os
import subprocess

got = []
try:
    if os.fork() == 0:
        os._exit(0)
    got.append("fork")
except OSError:
    pass
for options in ({}, {"close_fds": False}, {"shell": True}):
    try:
        subprocess.run("/usr/bin/true", **options)
        got.append(f"subprocess {options}")
    except OSError:
        pass
try:
    os.posix_spawn("/usr/bin/true", ["true"], {})
    got.append("posix_spawn")
except OSError:
    pass
if os.system("true") == 0:
    got.append("system")
print(*(got or ["refused"]))
