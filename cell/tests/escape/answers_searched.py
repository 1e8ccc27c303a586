#! attack: searches all that it can see, but the system's own programs, for a test's answer, other inputs and submissions
#! status: exited
#! stdout: nothing
import os

SYSTEM = ("/usr", "/proc", "/lib", "/lib64", "/lib32", "/libx32", "/bin", "/sbin", "/dev", "/etc/alternatives")
MINE = {"/box/program.py", "/.warm.so", "/etc/passwd", "/etc/group", "/etc/ld.so.cache"}
found = []
for folder, folders, files in os.walk("/"):
    if folder.startswith(SYSTEM):
        folders.clear()
        continue
    paths = (os.path.join(folder, name) for name in files)
    found += [path for path in paths if path not in MINE and not path.startswith(SYSTEM)]
for fd in range(3):
    link = os.readlink(f"/proc/self/fd/{fd}")
    if link.startswith("/") and not link.startswith(("/memfd:", "/dev/null")):
        found.append(link)
for folder in ("/usr/share", "/usr/local", "/usr/src", "/usr/lib/assay"):
    for name in ("assay", "problems", "answers"):
        if os.path.lexists(f"{folder}/{name}"):
            found.append(f"{folder}/{name}")
print(*(found or ["nothing"]))
