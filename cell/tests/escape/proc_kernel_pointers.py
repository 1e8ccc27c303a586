#! attack: asks /proc/self for kernel addresses: page frames, kernel stack, system call; the kernel tells none
#! status: exited
#! stdout: untouched
#! quick: yes
import os

found = []
try:
    with open("/proc/self/pagemap", "rb", buffering=0) as file:
        file.seek(id(found) // os.sysconf("SC_PAGESIZE") * 8)
        if int.from_bytes(file.read(8), "little") & ((1 << 55) - 1):
            found.append("a page frame number")
except OSError:
    pass
for name in ("stack", "wchan"):
    try:
        with open("/proc/self/" + name) as file:
            text = file.read()
        if "0xffff" in text or "+0x" in text:
            found.append(name)
    except OSError:
        pass
with open("/proc/self/stat") as file:
    fields = file.read().rpartition(")")[2].split()
if int(fields[32]) > 1 << 63:  # wchan
    found.append("stat")
print(*(found or ["untouched"]))
