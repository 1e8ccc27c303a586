#! status: exited
#! stdout: nothing
# the host's files are not hidden by permissions, they are not there
import os

SECRETS = ["/etc/shadow", "/etc/hostname", "/root", "/home", "/var", "/opt", "/srv", "/run", "/sys", "/boot", "/etc/ssh"]
found = [path for path in SECRETS if os.path.lexists(path)]
print(*(found or ["nothing"]))
