#! attack: extended attributes, as storage that no limit counts and as a way to gain capabilities; there are none
#! status: exited
#! stdout: refused
#! quick: yes
import os

open("/tmp/file", "w").close()
gained = []
for name in (
    "user.flood",
    "trusted.flood",
    "security.capability",
    "security.selinux",
    "system.posix_acl_access",
):
    for path in ("/tmp/file", "/tmp", "/dev/shm"):
        try:
            os.setxattr(path, name, b"\x01\x00\x00\x02" + b"\xff" * 16)
            gained.append(f"{name} on {path}")
        except OSError:
            pass
print(*(gained or ["refused"]))
