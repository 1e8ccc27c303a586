//! attack: give pages away to pipes and unmap them; they stay the run's wherever they go
//! status: memory
//! policy: toolchain
//! limits: memory_bytes=33554432
//! quick: yes
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>
int main(void)
{
    const size_t piece = 1 << 16;
    int ends[2];
    unsigned long held = 0;
    while (pipe2(ends, O_NONBLOCK) == 0) {
        fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
        for (;;) {
            char *pages = mmap(NULL, piece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (pages == MAP_FAILED)
                return puts("no address space") < 0;
            memset(pages, 1, piece);
            const struct iovec vector = {.iov_base = pages, .iov_len = piece};
            const ssize_t given = vmsplice(ends[1], &vector, 1, SPLICE_F_GIFT | SPLICE_F_NONBLOCK);
            munmap(pages, piece);
            if (given <= 0)
                break;
            held += (unsigned long)given;
        }
    }
    return printf("%lu bytes held\n", held) < 0;
}
