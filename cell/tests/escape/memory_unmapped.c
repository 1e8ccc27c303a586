//! attack: shared memory that is written and then no longer mapped, so that no process's figure shows it; it counts
//! status: memory
//! limits: memory_bytes=33554432
//! quick: yes
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
int main(void)
{
    const size_t piece = 1 << 20;
    const size_t size = (size_t)256 << 20;
    char *all = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED)
        return puts("no address space") < 0;
    for (size_t at = 0; at < size; at += piece) {
        memset(all + at, 1, piece);
        madvise(all + at, piece, MADV_DONTNEED); /* out of the page table, not out of memory */
    }
    return puts("not counted") < 0;
}
