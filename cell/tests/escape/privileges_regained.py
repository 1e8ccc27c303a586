#! attack: takes capabilities and ids back: capset, ambient and securebits, setresuid, file capabilities; no_new_privs and an empty bounding set
#! status: exited
#! stdout: refused
#! quick: yes
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
got = []
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
every = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
if libc.capset(header, every) == 0:
    got.append("capset")
for name, option, value in (("ambient", 47, 2), ("keepcaps", 8, 1), ("securebits", 28, 0), ("dumpable", 4, 2)):
    if libc.prctl(option, value, 21, 0, 0) == 0:
        got.append(name)
for name in ("setuid", "setgid", "setfsuid", "setfsgid"):
    if getattr(libc, name)(0) == 0 and name.startswith("setfs") is False:
        got.append(name)
if libc.setfsuid(-1) == 0 or libc.setfsgid(-1) == 0:
    got.append("setfsuid")
if libc.setresuid(0, 0, 0) == 0 or libc.setgroups(1, (ctypes.c_uint32 * 1)(0)) == 0:
    got.append("setresuid")
with open("/tmp/program", "w") as file:
    file.write("#!/usr/bin/python3\n")
try:
    os.setxattr("/tmp/program", "security.capability", bytes.fromhex("0100000200ffffffff00000000ffffffff00000000")[:20])
    got.append("file capabilities")
except OSError:
    pass
try:
    os.chown("/tmp/program", 0, 0)
    got.append("chown")
except OSError:
    pass
print(*(got or ["refused"]))
