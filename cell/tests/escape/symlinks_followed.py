#! attack: makes links in scratch and has them followed, as one would have a judge follow them; scratch follows none
#! status: exited
#! stdout: refused
#! quick: yes
import errno
import os

got = []
for target in ("/etc/passwd", "/tmp/file", "file", "/proc/self/exe", "/", ".."):
    os.symlink(target, "/tmp/link")
    open("/tmp/file", "w").close()
    for flags in (os.O_RDONLY, os.O_PATH):
        try:
            os.close(os.open("/tmp/link", flags))
            got.append(target)
        except OSError as error:
            if error.errno != errno.ELOOP:
                got.append(f"{target}: {error}")
    os.unlink("/tmp/link")
os.symlink("/", "/tmp/root")
if os.path.exists("/tmp/root/etc/passwd"):
    got.append("through a folder")
print(*(got or ["refused"]))
