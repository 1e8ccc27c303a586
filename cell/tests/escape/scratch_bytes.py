#! attack: fills scratch; its size is limited
#! status: exited
#! stdout: ENOSPC after 1048576
#! limits: scratch_bytes=1048576
#! quick: yes
import errno
import os

fd = os.open("/tmp/big", os.O_WRONLY | os.O_CREAT)
wrote = 0
try:
    while True:
        wrote += os.write(fd, b"x" * 4096)
except OSError as error:
    print(errno.errorcode[error.errno], "after", wrote)
