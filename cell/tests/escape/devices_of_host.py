#! attack: looks for devices of the host: memory, disks, terminals, kvm, fuse; /dev has five
#! status: exited
#! stdout: untouched
#! quick: yes
import os

WANTED = {"null", "zero", "full", "random", "urandom"}
LINKS = {"shm", "fd", "stdin", "stdout", "stderr"}
found = sorted(set(os.listdir("/dev")) - WANTED - LINKS)
NUMBERS = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9)}
for name in sorted(WANTED):
    status = os.stat("/dev/" + name)
    if (os.major(status.st_rdev), os.minor(status.st_rdev)) != NUMBERS[name]:
        found.append(name + " is another device")
for path in ("/dev/mem", "/dev/kmsg", "/dev/tty", "/dev/ptmx", "/dev/pts", "/dev/kvm", "/dev/fuse", "/dev/sda", "/dev/vda", "/dev/loop0", "/dev/userfaultfd", "/dev/net/tun", "/dev/mqueue"):
    if os.path.lexists(path):
        found.append(path)
print(*(found or ["untouched"]))
