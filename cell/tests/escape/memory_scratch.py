#! attack: hoards memory as files in scratch; the cgroup counts them
#! status: memory
#! limits: memory_bytes=67108864 scratch_bytes=1073741824
# files in scratch are memory, and count as such
with open("/tmp/big", "wb") as file:
    while True:
        file.write(b"x" * (1 << 20))
