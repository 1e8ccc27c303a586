//! attack: write zeros, and ask for pages alike to be merged, which would not be counted; they count until they are
//! status: memory
//! limits: memory_bytes=33554432
//! quick: yes
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
int main(void)
{
    const size_t size = (size_t)1 << 28;
    char *all = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED)
        return puts("no address space") < 0;
    madvise(all, size, MADV_MERGEABLE);
    for (size_t at = 0; at < size; at += 4096) {
        memset(all + at, 0, 4096);
        madvise(all + at, 4096, MADV_COLD);
    }
    return puts("not counted") < 0;
}
