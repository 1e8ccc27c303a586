#! attack: an interpreter becomes another program of its view; it may execute nothing but itself
#! quick: yes
#! status: exited
#! stdout: refused
import os

for program in ("/usr/bin/env", "/usr/bin/sh", "/usr/bin/gcc", "/usr/bin/bash"):
    try:
        os.execv(program, [program, "--version"])
    except OSError:
        pass
print("refused")
