#! attack: looks for the host's files; they are not hidden by permissions, they are not there
#! status: exited
#! stdout: nothing
#! quick: yes
# the host's files are not hidden by permissions, they are not there
import os

SECRETS = ["/etc/shadow", "/etc/hostname", "/root", "/home", "/var", "/opt", "/srv", "/run", "/sys", "/boot", "/etc/ssh"]
found = [path for path in SECRETS if os.path.lexists(path)]
print(*(found or ["nothing"]))
