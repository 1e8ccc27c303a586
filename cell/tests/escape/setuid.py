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


def told_by_kernel(program):
    """What the loader shows of it (LD_SHOW_AUXV), unless the program has raised rights: then it shows nothing."""
    try:
        shown = subprocess.run([program, "--help"], env={"LD_SHOW_AUXV": "1"}, capture_output=True, stdin=subprocess.DEVNULL, timeout=2).stdout
    except subprocess.TimeoutExpired as error:
        shown = error.stdout or b""
    return dict(line.split(b":", 1) for line in shown.splitlines() if line.startswith(b"AT_") and b":" in line)


def has_loader(program):
    try:
        with open(program, "rb") as file:
            return b"/ld-linux" in file.read(4096)
    except OSError:  # not even readable: only who may execute it could tell
        return False


if b"AT_SECURE" in told_by_kernel("/usr/bin/python3"):  # another C library's loader shows nothing
    for program in filter(has_loader, raised):
        facts = told_by_kernel(program)
        if int(facts.get(b"AT_SECURE", b"1")) or int(facts[b"AT_EUID"]) != os.getuid() or int(facts[b"AT_EGID"]) != os.getgid():
            gained.append(program)
print(*(gained or ["no"]))
