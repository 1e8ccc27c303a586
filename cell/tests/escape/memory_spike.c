//! attack: have four times the limit for a moment, between two looks of a judge that polls; the kernel counts each page
//! status: memory
//! limits: memory_bytes=16777216
//! quick: yes
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
int main(void)
{
    const size_t size = (size_t)64 << 20;
    char *spike = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (spike == MAP_FAILED)
        return puts("no address space") < 0;
    memset(spike, 1, size);
    munmap(spike, size);
    return puts("unseen") < 0;
}
