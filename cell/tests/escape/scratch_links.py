#! attack: one file under names without end, and every other kind of thing that has an inode; each name counts as one
#! status: exited
#! stdout: ENOSPC ENOSPC ENOSPC ENOSPC
#! limits: scratch_inodes=100
#! policy: shell
#! quick: yes
import errno
import os
import shutil

KINDS = {
    "link": lambda path: os.link("/tmp/one", path),
    "symlink": lambda path: os.symlink("/tmp/one", path),
    "fifo": os.mkfifo,
    "file": lambda path: os.close(os.open(path, os.O_CREAT | os.O_WRONLY)),
}
ends = []
for name, make in KINDS.items():
    os.close(os.open("/tmp/one", os.O_CREAT | os.O_WRONLY))
    os.mkdir("/tmp/flood")
    try:
        for number in range(1000):
            make(f"/tmp/flood/{number}")
        ends.append(f"a thousand of {name}")
    except OSError as error:
        ends.append(errno.errorcode[error.errno])
    shutil.rmtree("/tmp/flood")
print(*ends)
