#! attack: opens sockets of every family and looks up a name; there is no network, and it fails at once
#! status: exited
#! stdout: no network
#! quick: yes
import os
import socket
import sys
import time

FAMILIES = [socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET, 38, 40]  # 38 AF_ALG, 40 AF_VSOCK
for family in FAMILIES:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            socket.socket(family, kind)
        except OSError:
            continue
        sys.exit(f"a socket of family {family}")
began = time.monotonic()
try:
    socket.getaddrinfo("example.org", 80)
    sys.exit("a name was found")
except OSError:
    pass
if time.monotonic() - began > 1 * int(os.environ["SLOWNESS"]):  # a resolver that waits takes five
    sys.exit("the name look-up took its time")
print("no network")
