#! attack: opens files without end; the limit of open files holds
#! status: exited
#! stdout: EMFILE at 32
#! limits: open_files=32
#! quick: yes
import errno
import os

try:
    while True:
        last = os.open("/dev/null", os.O_RDONLY)
except OSError as error:
    print(errno.errorcode[error.errno], "at", last + 1)
