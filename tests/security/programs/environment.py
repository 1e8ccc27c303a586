#! status: exited
#! stdout: A=1 LC_ALL=C.UTF-8 [0, 1, 2]
#! env: A=1
import os

fds = [fd for fd in range(256) if os.path.lexists(f"/proc/self/fd/{fd}")]
print(*(f"{name}={value}" for name, value in sorted(os.environ.items())), fds)
