#! attack: looks for the host's files; they are not hidden by permissions, they are not there
#! status: exited
#! stdout: nothing
#! quick: yes
# the host's files are not hidden by permissions, they are not there
import os

SECRETS = [
    "/etc/shadow", "/etc/hostname", "/etc/ssh", "/root", "/home", "/opt", "/srv", "/run", "/sys", "/boot",
    "/var", "/var/cache", "/var/lib", "/var/lib/assay", "/var/log", "/var/mail", "/var/run", "/var/spool", "/var/tmp",
]
POINTS = {line.split()[4] for line in open("/proc/self/mountinfo")}


def is_mere_way(path):
    """Made by the cell to lead to a path of the view, with nothing else in it."""
    return path not in POINTS and any(point.startswith(path + "/") for point in POINTS) and all(
        f"{path}/{name}" in POINTS or is_mere_way(f"{path}/{name}") for name in os.listdir(path)
    )


found = [path for path in SECRETS if os.path.lexists(path) and not is_mere_way(path)]
print(*(found or ["nothing"]))
