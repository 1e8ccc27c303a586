#! attack: find the host's files from inside the run, after a compilation that saw nothing
#! verdict: ok
#! stdout: nothing
import glob, os
found = [path for path in ("@HOST_FILE@", "/etc/shadow", "/proc/1/root@HOST_FILE@", "/box/../..@HOST_FILE@") if os.path.lexists(path)]
found += glob.glob("/**/@HOST_NAME@*", recursive=False)
print(*(found or ["nothing"]))
