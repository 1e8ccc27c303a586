#! attack: looks for variables and descriptors of ours; only what the request named is there
#! status: exited
#! stdout: A=1 LC_ALL=C.UTF-8 [0, 1, 2]
#! env: A=1
#! quick: yes
import os

fds = [fd for fd in range(256) if os.path.lexists(f"/proc/self/fd/{fd}")]
print(*(f"{name}={value}" for name, value in sorted(os.environ.items())), fds)
