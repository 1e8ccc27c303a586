//! attack: the machine's reserved huge pages, which the memory cgroup does not count
//! status: exited
//! stdout: refused
//! policy: toolchain
//! quick: yes
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>
int main(void)
{
    const size_t size = 2 << 20;
    if (mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0) != MAP_FAILED)
        return puts("mapped") < 0;
    const int file = memfd_create("huge", MFD_HUGETLB);
    if (file >= 0 && mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) != MAP_FAILED)
        return puts("a file of huge pages") < 0;
    if (shmget(IPC_PRIVATE, size, SHM_HUGETLB | IPC_CREAT | 0600) >= 0)
        return puts("a segment of huge pages") < 0;
    return puts("refused") < 0;
}
