//! attack: tens of thousands of mappings side by side, each a kernel object; they count as the run's
//! status: memory
//! limits: memory_bytes=8388608
//! quick: yes
#include <stdio.h>
#include <sys/mman.h>
int main(void)
{
    int made = 0;
    for (;; made++) /* every other one may be written to, so that the kernel cannot join them */
        if (mmap(NULL, 4096, made % 2 == 0 ? PROT_READ : PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            == MAP_FAILED)
            break;
    return printf("refused after %d\n", made) < 0;
}
