#! attack: names a program that the host's kernel runs as root when a v1 cgroup is empty; no cgroup file system is in sight
#! status: exited
#! stdout: untouched
#! quick: yes
import os

found = []
for line in open("/proc/self/mountinfo"):
    kind = line.split(" - ")[1].split()[0]
    # what a host's own files lie on is none of these, though it may be an overlay or a fuse
    if kind in ("cgroup", "cgroup2", "debugfs", "tracefs", "sysfs", "bpf", "securityfs", "configfs", "devpts", "mqueue", "fusectl"):
        found.append(kind)
for path in ("/sys", "/sys/fs/cgroup", "/proc/sys/kernel/core_pattern", "/cgroup", "/dev/cgroup"):
    if os.path.lexists(path):
        found.append(path)
for folder in ("/", "/tmp", "/box", "/dev", "/proc/self"):
    for name in ("release_agent", "notify_on_release", "cgroup.procs", "devices.allow"):
        if os.path.lexists(os.path.join(folder, name)):
            found.append(folder + "/" + name)
print(*(found or ["untouched"]))
