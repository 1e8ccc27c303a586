#! attack: fills scratch with empty folders; its inodes are limited
#! status: exited
#! stdout: ENOSPC after 100
#! limits: scratch_inodes=100
#! quick: yes
import errno
import os

made = 0
try:
    while True:
        os.mkdir(f"/tmp/{made}")
        made += 1
except OSError as error:
    print(errno.errorcode[error.errno], "after", made)
