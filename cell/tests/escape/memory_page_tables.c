//! attack: only read, a byte in each 2 MiB, so that nothing is allocated but page tables; they count too
//! status: memory
//! limits: memory_bytes=33554432
//! quick: yes
#include <stdio.h>
#include <sys/mman.h>
int main(void)
{
    const size_t size = (size_t)1 << 40;
    const volatile char *all = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED)
        return puts("no address space") < 0;
    madvise((void *)all, size, MADV_NOHUGEPAGE);
    for (size_t at = 0; at < size; at += 2 << 20)
        (void)all[at];
    return puts("not counted") < 0;
}
