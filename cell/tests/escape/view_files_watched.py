#! attack: be told whenever another run, or the host, opens a program or library that the view shows
#! status: exited
#! stdout: refused
#! quick: yes
import ctypes
import fcntl
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
got = []
queue = libc.inotify_init1(os.O_NONBLOCK)
if libc.inotify_add_watch(queue, b"/usr/bin/python3", 0x20) > 0:
    got.append("inotify")
signal.signal(signal.SIGIO, signal.SIG_IGN)
try:
    fcntl.fcntl(os.open("/usr/bin", os.O_RDONLY), fcntl.F_NOTIFY, fcntl.DN_ACCESS | fcntl.DN_MULTISHOT)
    got.append("dnotify")
except OSError:
    pass
print(*(got or ["refused"]))
