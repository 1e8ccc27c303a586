#! attack: hoards memory in a memory file; the cgroup counts it
#! policy: toolchain
#! status: memory
#! limits: memory_bytes=67108864
import os

fd = os.memfd_create("hoard")
while True:
    os.write(fd, b"x" * (1 << 20))
