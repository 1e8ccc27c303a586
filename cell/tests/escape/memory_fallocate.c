//! attack: have scratch allocated without writing to it; allocated is counted
//! status: memory
//! limits: memory_bytes=33554432 scratch_bytes=1073741824
//! quick: yes
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    const int file = open("/tmp/big", O_RDWR | O_CREAT, 0600);
    for (off_t at = 0; at < (off_t)512 << 20; at += 1 << 20)
        if (fallocate(file, FALLOC_FL_KEEP_SIZE, at, 1 << 20) < 0)
            return printf("refused at %lld: errno %d\n", (long long)at, errno) < 0;
    return puts("not counted") < 0;
}
