#! attack: asks for root's identity, and starts set-uid programs; no_new_privs and nosuid give none
#! status: exited
#! stdout: no
#! view: toolchain
#! policy: shell
# neither asking for another identity nor a set-uid program gives one
import os
import subprocess

gained = []
for name in ("setuid", "setgid", "seteuid", "setegid"):
    try:
        getattr(os, name)(0)
        gained.append(name)
    except PermissionError:
        pass
try:
    os.setgroups([0])
    gained.append("setgroups")
except PermissionError:
    pass
for program in ("/usr/bin/su", "/usr/bin/passwd", "/usr/bin/mount"):
    if os.path.exists(program) and os.stat(program).st_mode & 0o4000:
        script = f"import os; os.execv({program!r}, [{program!r}])"
        before = subprocess.run(["/usr/bin/python3", "-c", script], capture_output=True, stdin=subprocess.DEVNULL)
        if b"root" in before.stdout.split():
            gained.append(program)
print(*(gained or ["no"]))
