#! attack: writes kernel settings that run programs as root (core_pattern, modprobe, sysrq); none of /proc/sys is there
#! status: exited
#! stdout: untouched
#! quick: yes
import os

PATHS = ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hotplug", "/proc/sysrq-trigger", "/proc/sys/fs/binfmt_misc/register", "/proc/sys/vm/overcommit_memory", "/proc/sys/kernel/ns_last_pid", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/kcore", "/proc/kmem", "/proc/kallsyms", "/proc/keys", "/proc/key-users", "/proc/timer_list", "/proc/sched_debug", "/proc/interrupts", "/proc/modules", "/proc/vmallocinfo", "/proc/slabinfo", "/proc/loadavg", "/proc/uptime", "/proc/stat", "/proc/version", "/proc/config.gz", "/proc/mounts", "/proc/net"]
found = []
for path in PATHS:
    for flags in (os.O_RDONLY, os.O_WRONLY):
        try:
            os.close(os.open(path, flags))
        except OSError:
            continue
        if path not in ("/proc/mounts", "/proc/net"):  # links to the run's own
            found.append(path)
print(*(found or ["untouched"]))
