#! attack: fill a file that has no name any more, which no search finds; scratch is memory, and counts
#! status: memory
#! limits: memory_bytes=67108864 scratch_bytes=1073741824
import os

fd = os.open("/tmp/nameless", os.O_RDWR | os.O_CREAT)
os.unlink("/tmp/nameless")
while True:
    os.write(fd, b"x" * (1 << 20))
