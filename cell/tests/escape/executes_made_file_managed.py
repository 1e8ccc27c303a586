#! attack: an interpreter executes a program that it has put into scratch; scratch is noexec where no compiler runs
#! status: exited
#! stdout: refused
#! quick: yes
import os
import shutil

shutil.copy("/usr/bin/true", "/tmp/true")
try:
    os.execv("/tmp/true", ["true"])
except OSError:
    print("refused")
