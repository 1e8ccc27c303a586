#! attack: writes to every folder and file outside its scratch; all are read-only
#! status: exited
#! stdout: nowhere
#! quick: yes
import os
import stat

FOLDERS = ["/", "/box", "/usr", "/usr/bin", "/etc", "/dev", "/proc", "/proc/self", "/usr/lib"]
FILES = ["/usr/bin/python3", "/etc/passwd", "/proc/self/oom_score_adj", "/proc/self/coredump_filter", "/box/program.py"]
found = []
for folder in FOLDERS:
    try:
        os.close(os.open(folder + "/intruder", os.O_WRONLY | os.O_CREAT, 0o666))
        found.append(folder)
    except OSError:
        pass
for path in FILES:
    try:
        os.close(os.open(path, os.O_WRONLY))
        found.append(path)
    except OSError:
        pass
for kind in (stat.S_IFCHR, stat.S_IFBLK):
    try:
        os.mknod("/tmp/device", 0o666 | kind, os.makedev(8, 0))
        found.append("a device")
    except OSError:
        pass
print(*(found or ["nowhere"]))
