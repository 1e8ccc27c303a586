//! attack: makes its scratch impossible to clean up: immutable and append-only files, frozen and encrypted folders
//! status: exited
//! stdout: untouched
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
    mkdir("/tmp/kept", 0700);
    const int folder = open("/tmp/kept", O_RDONLY), file = open("/tmp/kept/file", O_RDWR | O_CREAT, 0600);
    int flags = FS_IMMUTABLE_FL | FS_APPEND_FL;
    if (ioctl(file, FS_IOC_SETFLAGS, &flags) == 0 || ioctl(folder, FS_IOC_SETFLAGS, &flags) == 0)
        puts("immutable");
    if (ioctl(folder, FIFREEZE, 0) == 0)
        puts("frozen");
    chmod("/tmp/kept", 0);
    chmod("/tmp", 0);
    return puts("untouched") < 0;
}
