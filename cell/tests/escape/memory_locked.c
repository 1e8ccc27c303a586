//! attack: lock memory, which would be kept from everybody else; the limit is 64 KiB, far below what hurts
//! status: exited
//! stdout: refused
//! limits: memory_bytes=67108864
//! quick: yes
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
int main(void)
{
    static char block[1 << 20];
    if (mlock(block, sizeof block) == 0 || mlock2(block, sizeof block, MLOCK_ONFAULT) == 0)
        return puts("1 MiB is locked") < 0;
    if (mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0) != MAP_FAILED)
        return puts("1 MiB is mapped and locked") < 0;
    if (mlockall(MCL_CURRENT) == 0)
        return puts("everything is locked") < 0;
    return puts("refused") < 0;
}
