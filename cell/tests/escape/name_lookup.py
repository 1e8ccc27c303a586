#! attack: looks names up, to hang on a resolver or to tell one something; there is no network, and each fails within 50 ms
#! status: exited
#! stdout: untouched
#! quick: yes
import os
import socket
import time

found = []
for name in ("example.org", "localhost", "metadata.google.internal", "host.docker.internal"):
    quickest = 1000.0
    for _ in range(5):  # the quickest of five: what it takes, not what the machine was busy with
        began = time.monotonic()
        try:
            socket.getaddrinfo(name, 80)
            if name != "localhost":
                found.append(name)
        except OSError:
            pass
        quickest = min(quickest, time.monotonic() - began)
    if quickest > 0.05 * int(os.environ["SLOWNESS"]):
        found.append(f"{name} took {quickest * 1000:.0f} ms")
print(*(found or ["untouched"]))
