#! attack: searches files, mounts, /proc and shared memory for what a run in another slot holds at this moment; nothing is shared
#! status: exited
#! stdout: nothing
#! quick: yes
import os
import stat

SECRET = b"-".join([b"the", b"neighbours", b"secret"])  # in pieces, so that this file does not hold it
NOT_SEARCHED = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/proc")
found = []


def search(path):
    try:
        if stat.S_ISREG(os.lstat(path).st_mode):
            with open(path, "rb") as file:
                if SECRET in file.read(1 << 20):
                    found.append(path)
    except OSError:
        pass


for folder, folders, files in os.walk("/"):
    if folder.startswith(NOT_SEARCHED):
        folders.clear()
        continue
    for name in files:
        search(os.path.join(folder, name))
for line in open("/proc/self/mountinfo"):
    point = line.split()[4]
    if point.count("/box") > 1 or "/view" in point:
        found.append(point)
mine = {"self", "thread-self", str(os.getpid())}
found += ["/proc/" + name for name in os.listdir("/proc") if name not in mine]
for pid in range(1, 3000):
    for name in ("root/tmp", "cwd", "root/box", "fd/1", "environ", "cmdline"):
        if pid != os.getpid() and os.path.lexists(f"/proc/{pid}/{name}"):
            found.append(f"/proc/{pid}/{name}")
for path in ("/proc/self/net/unix", "/proc/sysvipc/shm", "/proc/self/cgroup"):
    try:
        with open(path, "rb") as file:
            if SECRET in file.read():
                found.append(path)
    except OSError:
        pass
print(*(found or ["nothing"]))
