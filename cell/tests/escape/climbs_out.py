#! attack: climbs above the root by .., /proc/self/root and /proc/self/cwd, and by open folders; there is nothing above
#! status: exited
#! stdout: untouched
#! quick: yes
import os

POINTS = {line.split()[4] for line in open("/proc/self/mountinfo")}


def is_mere_way(path):
    """Made by the cell to lead to a path of the view, with nothing else in it."""
    return path not in POINTS and any(point.startswith(path + "/") for point in POINTS) and all(
        f"{path}/{name}" in POINTS or is_mere_way(f"{path}/{name}") for name in os.listdir(path)
    )


root = os.stat("/")
found = []
for path in ("/" + "../" * 64, "/proc/self/root", "/proc/self/root/..", "/proc/thread-self/root/../..", "/box/../..", "/dev/shm/../.."):
    there = os.stat(path)
    if (there.st_dev, there.st_ino) != (root.st_dev, root.st_ino):
        found.append(path)
os.chdir("/tmp")
for _ in range(64):
    os.chdir("..")
if sorted(os.listdir(".")) != sorted(os.listdir("/")):
    found.append("chdir")
fd = os.open("/", os.O_PATH)
for _ in range(64):
    fd = os.open("..", os.O_PATH, dir_fd=fd)
if os.fstat(fd).st_ino != root.st_ino:
    found.append("openat")
try:
    host = {"root", "home", "var", "run", "boot", "sys", "srv"} & set(os.listdir("/"))
    found += sorted(name for name in host if not is_mere_way("/" + name))
except OSError:
    pass
print(*(found or ["untouched"]))
