//! attack: hide memory in the buffers of pipes, which no process maps; they count as the run's kernel memory
//! status: memory
//! policy: toolchain
//! limits: memory_bytes=33554432
//! quick: yes
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
static char block[65536];
int main(void)
{
    int ends[2];
    unsigned long held = 0;
    while (pipe2(ends, O_NONBLOCK) == 0) {
        fcntl(ends[1], F_SETPIPE_SZ, 1 << 20); /* refused once the user's share is used up: then 64 KiB it is */
        for (ssize_t wrote; (wrote = write(ends[1], block, sizeof block)) > 0;)
            held += (unsigned long)wrote;
    }
    return printf("%lu bytes held\n", held) < 0;
}
