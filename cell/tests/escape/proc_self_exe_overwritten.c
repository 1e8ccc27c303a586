//! attack: overwrites its own program, and the interpreter of its scripts, through /proc/self/exe; both are read-only
//! status: exited
//! stdout: refused
//! quick: yes
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
    const char *const names[] = {"/proc/self/exe", "/box/program", "/proc/self/map_files/../exe", "/lib64/ld-linux-x86-64.so.2"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        if (open(names[i], O_WRONLY) >= 0 || open(names[i], O_RDWR) >= 0 || truncate(names[i], 0) == 0 || chmod(names[i], 0777) == 0
            || unlink(names[i]) == 0)
            puts(names[i]);
    }
    const int handle = open("/proc/self/exe", O_PATH);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", handle);
    if (open(path, O_WRONLY) >= 0)
        puts("through a handle");
    return puts("refused") < 0;
}
