#! attack: looks for privileges left over: ids, groups, capabilities, signals, session; there are none
#! status: exited
#! stdout: as it should be
#! quick: yes
import os

wanted = {
    "CapInh": "0000000000000000",
    "CapPrm": "0000000000000000",
    "CapEff": "0000000000000000",
    "CapBnd": "0000000000000000",
    "CapAmb": "0000000000000000",
    "NoNewPrivs": "1",
    "Seccomp": "2",
    "Groups": "",
    "SigBlk": "0000000000000000",
    "Threads": "1",
}
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
wrong = [f"{name}={status[name].strip()}" for name, value in wanted.items() if status[name].strip() != value]
uids = set(os.getresuid() + os.getresgid())
if len(uids) != 1 or min(uids) < 1000:
    wrong.append(f"ids {os.getresuid()} {os.getresgid()}")
if os.getsid(0) != os.getpid():
    wrong.append("not the leader of its session")
if os.umask(0) != 0o022:
    wrong.append("umask")
if os.uname().nodename != "cell":
    wrong.append("host name")
print(*(wrong or ["as it should be"]))
