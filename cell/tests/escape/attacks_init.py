#! attack: limits, slows, stops and reads pid 1, so that the run looks like our fault; pid 1 is another user's
#! status: exited
#! stdout: untouched
#! quick: yes
# the run's init is pid 1; limiting, slowing or signalling it could make a run look like our fault
import os
import resource
import signal

gained = []
attempts = {
    "prlimit": lambda: resource.prlimit(1, resource.RLIMIT_CPU, (0, 0)),
    "setpriority": lambda: os.setpriority(os.PRIO_PROCESS, 1, 19),
    "sched_setaffinity": lambda: os.sched_setaffinity(1, {0}),
    "kill": lambda: os.kill(1, signal.SIGSTOP),
    "memory": lambda: open("/proc/1/mem", "r+b"),
    "descriptors": lambda: os.listdir("/proc/1/fd"),
}
for name, attempt in attempts.items():
    try:
        attempt()
        gained.append(name)
    except OSError:
        pass
print(*(gained or ["untouched"]))
