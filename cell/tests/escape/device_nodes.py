#! attack: makes device nodes of the memory, the disks and the terminals wherever it may write; mknod needs a capability
#! status: exited
#! stdout: refused
#! policy: shell
#! quick: yes
import os
import stat

DEVICES = {"memory": (stat.S_IFCHR, 1, 1), "kernel log": (stat.S_IFCHR, 1, 11), "disk": (stat.S_IFBLK, 8, 0), "virtio disk": (stat.S_IFBLK, 254, 0), "loop": (stat.S_IFBLK, 7, 0), "terminal": (stat.S_IFCHR, 5, 0), "fuse": (stat.S_IFCHR, 10, 229), "kvm": (stat.S_IFCHR, 10, 232), "userfaultfd": (stat.S_IFCHR, 10, 126), "cuse": (stat.S_IFCHR, 10, 203)}
got = []
for name, (kind, major, minor) in DEVICES.items():
    for folder in ("/tmp", "/dev/shm", "/box", "/dev"):
        try:
            os.mknod(f"{folder}/node", kind | 0o666, os.makedev(major, minor))
        except OSError:
            continue
        got.append(f"{name} in {folder}")
try:  # the whiteout, 0:0, needs no capability; nodev keeps it from being opened
    os.mknod("/tmp/whiteout", stat.S_IFCHR | 0o666, 0)
    os.open("/tmp/whiteout", os.O_RDWR)
    got.append("opened 0:0")
except OSError:
    pass
print(*(got or ["refused"]))
