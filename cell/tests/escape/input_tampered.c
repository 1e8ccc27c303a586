//! attack: changes its own input, which the next program may be given too: writes, truncates, maps, reopens, chmods, unseals
//! status: exited
//! stdout: untouched
//! quick: yes
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
static void gained(const char *what) { puts(what); }
int main(void)
{
    const struct timespec times[2] = {{0, 0}, {0, 0}};
    if (write(0, "x", 1) >= 0)
        gained("write");
    if (ftruncate(0, 1 << 20) == 0)
        gained("ftruncate");
    if (mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, 0, 0) != MAP_FAILED)
        gained("mmap");
    if (open("/proc/self/fd/0", O_RDWR) >= 0 || open("/dev/stdin", O_WRONLY) >= 0 || open("/dev/stdin", O_RDONLY | O_TRUNC) >= 0)
        gained("reopened for writing");
    if (fchmod(0, 0666) == 0 || chmod("/dev/stdin", 0666) == 0)
        gained("fchmod");
    if (fchown(0, getuid(), getgid()) == 0)
        gained("fchown");
    if (futimens(0, times) == 0)
        gained("futimens");
    if (fallocate(0, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096) == 0)
        gained("fallocate");
    if (fcntl(0, F_SETLEASE, F_WRLCK) == 0)
        gained("lease");
    if (linkat(AT_FDCWD, "/proc/self/fd/0", AT_FDCWD, "/tmp/kept", AT_SYMLINK_FOLLOW) == 0)
        gained("linked");
    return puts("untouched") < 0;
}
