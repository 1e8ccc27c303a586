#! attack: changes what /proc/self lets a process change: OOM priority, ids of a namespace, clocks, scheduling; it is read-only
#! status: exited
#! stdout: refused
#! quick: yes
import os

NAMES = ["oom_score_adj", "oom_adj", "uid_map", "gid_map", "setgroups", "projid_map", "timens_offsets", "loginuid", "coredump_filter", "clear_refs", "autogroup", "sched", "comm", "attr/current", "attr/exec", "attr/fscreate", "make-it-fail", "fail-nth", "timerslack_ns", "mem", "exe", "root", "cwd"]
got = []
for folder in ("self", "thread-self", str(os.getpid()), f"self/task/{os.getpid()}"):
    for name in NAMES:
        try:
            os.close(os.open(f"/proc/{folder}/{name}", os.O_WRONLY))
        except OSError:
            continue
        got.append(f"{folder}/{name}")
print(*(got or ["refused"]))
