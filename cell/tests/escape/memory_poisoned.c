//! attack: declares its memory broken, so that the kernel takes it from the machine for good; needs a capability
//! status: exited
//! stdout: refused
//! quick: yes
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
int main(void)
{
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page[0] = 1;
    if (madvise(page, 4096, 101 /* soft offline */) == 0 || madvise(page, 4096, 100 /* poison */) == 0)
        puts("poisoned");
    return puts("refused") < 0;
}
