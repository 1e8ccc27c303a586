#! attack: asks for root's identity, and starts every set-uid program there is; no_new_privs and nosuid make nobody of it
#! status: exited
#! stdout: no
#! policy: shell
#! quick: yes
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
with os.scandir("/usr/bin") as programs:
    raised = [entry.path for entry in programs if entry.is_file(follow_symlinks=False) and entry.stat().st_mode & 0o6000]
for program in raised:
    # the loader shows what the kernel told it, unless the program runs with raised rights (AT_SECURE)
    shown = subprocess.run([program, "--help"], env={"LD_SHOW_AUXV": "1"}, capture_output=True, stdin=subprocess.DEVNULL)
    facts = dict(line.split(b":", 1) for line in shown.stdout.splitlines() if line.startswith(b"AT_") and b":" in line)
    if int(facts.get(b"AT_SECURE", b"1")) or int(facts[b"AT_EUID"]) != os.getuid() or int(facts[b"AT_EGID"]) != os.getgid():
        gained.append(program)
print(*(gained or ["no"]))
