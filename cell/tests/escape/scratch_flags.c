//! attack: make files that nobody can remove, or that only grow, by the flags that some file systems keep; it takes a privilege
//! status: exited
//! stdout: refused
//! policy: toolchain
//! quick: yes
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
    static const char *const names[] = {"/tmp/file", "/tmp", "/box", "/box/program", "/usr/lib", "/dev/null"};
    static const int wanted[] = {FS_IMMUTABLE_FL, FS_APPEND_FL, FS_JOURNAL_DATA_FL};
    close(open("/tmp/file", O_CREAT | O_WRONLY, 0600));
    for (int i = 0; i < 6; i++) {
        const int file = open(names[i], O_RDONLY);
        struct fsxattr more = {.fsx_xflags = FS_XFLAG_IMMUTABLE};
        for (int k = 0; k < 3; k++) {
            int flags = wanted[k];
            if (ioctl(file, FS_IOC_SETFLAGS, &flags) == 0)
                return printf("%s: flag %#x\n", names[i], (unsigned)flags) < 0;
        }
        if (ioctl(file, FS_IOC_FSSETXATTR, &more) == 0 || ioctl(file, FIFREEZE, 0) == 0 || ioctl(file, FITRIM, &more) == 0)
            return printf("%s: another flag, or frozen\n", names[i]) < 0;
        close(file);
    }
    return puts("refused") < 0;
}
