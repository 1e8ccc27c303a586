#! attack: looks for a mount that is writable, or honours set-uid or devices; there is none
#! status: exited
#! stdout: as it should be
#! quick: yes
# every mount but /tmp is read-only, and none honours set-uid; devices exist only as the five files in /dev
DEVICES = {f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")}
wrong = []
for line in open("/proc/self/mountinfo"):
    _, _, _, _, point, options, *_ = line.split()
    have = set(options.split(","))
    wanted = {"nosuid", "noexec"} if point in DEVICES else {"nosuid", "nodev"}
    if point not in DEVICES | {"/tmp"}:
        wanted.add("ro")
    if not wanted <= have:
        wrong.append(f"{point} {options}")
print(*(wrong or ["as it should be"]))
