//! attack: brings a program of its own: a copy in /tmp, in memory, by descriptor; none can be executed
//! status: exited
//! stdout: refused
//! quick: yes
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
static void copy_to(int to)
{
    const int from = open("/proc/self/exe", O_RDONLY);
    while (sendfile(to, from, NULL, 1 << 20) > 0)
        ;
    fchmod(to, 0755);
    close(from);
}
int main(int argc, char **argv)
{
    char *const again[] = {argv[0], "again", NULL}, *const none[] = {NULL};
    if (argc > 1)
        return puts("became it") < 0;
    const int file = open("/tmp/copy", O_WRONLY | O_CREAT, 0755);
    copy_to(file);
    close(file);
    execve("/tmp/copy", again, none);
    execve("/dev/shm/copy", again, none);
    const int path = open("/tmp/copy", O_PATH | O_CLOEXEC);
    syscall(SYS_execveat, path, "", again, none, AT_EMPTY_PATH);
    const int memory = memfd_create("copy", 0);
    copy_to(memory);
    syscall(SYS_execveat, memory, "", again, none, AT_EMPTY_PATH);
    fexecve(memory, again, none);
    if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, open("/tmp/copy", O_RDONLY), 0) != MAP_FAILED)
        puts("mapped as code");
    return puts("refused") < 0;
}
