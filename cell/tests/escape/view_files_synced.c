//! attack: have the host's disk flush its cache, without end and for next to no CPU time, by fsync of a file of the view
//! status: exited
//! stdout: refused
//! quick: yes
/* Scratch is memory, so these calls could be no-ops. That they reach the kernel shows in what only it can know. */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void)
{
    int ends[2];
    if (pipe(ends) < 0)
        return 1;
    if (fsync(ends[0]) < 0 && errno == EINVAL)
        puts("fsync");
    if (fdatasync(ends[0]) < 0 && errno == EINVAL)
        puts("fdatasync");
    char *hole = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(hole, 4096);
    if (msync(hole, 4096, MS_SYNC) < 0 && errno == ENOMEM)
        puts("msync");
    return puts("refused") < 0;
}
