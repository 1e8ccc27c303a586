#! attack: names and link targets as long as they may be, and longer; they take kernel memory, and it is counted
#! status: exited
#! stdout: ENOSPC ENAMETOOLONG ENAMETOOLONG
#! limits: memory_bytes=67108864 scratch_inodes=2000
#! quick: yes
import errno
import os

seen = []


def attempt(action):
    try:
        action()
        seen.append("done")
    except OSError as error:
        seen.append(errno.errorcode[error.errno])


def fill():
    for number in range(4000):
        os.symlink("t" * 4095, f"/tmp/{number:0>255}")


attempt(fill)
attempt(lambda: os.mkdir("/tmp/" + "x" * 256))
attempt(lambda: os.symlink("t" * 4096, "/tmp/link"))
print(*seen)
