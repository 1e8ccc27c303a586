#! attack: reads /proc for other processes and the machine; only the run itself is there
#! status: exited
#! stdout: only me
#! quick: yes
# /proc shows the run's own processes and nothing of the machine; not even the run's init
import os

entries = set(os.listdir("/proc"))
wrong = sorted(entries - {"self", "thread-self", str(os.getpid())})
for path in ("/proc/1/root", "/proc/1/environ", "/proc/1/mem", "/proc/sys", "/proc/kcore", "/proc/meminfo", "/proc/cmdline"):
    try:
        os.close(os.open(path, os.O_RDONLY))
        wrong.append(path)
    except OSError:
        pass
for line in open("/proc/self/cgroup"):
    if not line.rstrip().endswith(":/"):
        wrong.append(line.strip())
print(*(wrong or ["only me"]))
