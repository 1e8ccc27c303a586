//! attack: map the one page of zeros a million times; that is no memory, so it is not an excess either
//! status: exited
//! stdout: zeros are free
//! limits: memory_bytes=33554432
#include <stdio.h>
#include <sys/mman.h>
int main(void)
{
    const size_t size = (size_t)1 << 30;
    const volatile char *all = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED)
        return puts("no address space") < 0;
    for (size_t at = 0; at < size; at += 4096)
        if (all[at] != 0)
            return puts("not zero") < 0;
    return puts("zeros are free") < 0;
}
