//! attack: a sparse file of 10 GB, for whoever would copy or collect it; a file is as large as scratch at most
//! status: exited
//! stdout: refused
//! policy: toolchain
//! limits: memory_bytes=67108864
//! quick: yes
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void)
{
    const off_t size = (off_t)10 << 30;
    signal(SIGXFSZ, SIG_IGN);
    const int file = open("/tmp/sparse", O_RDWR | O_CREAT, 0600);
    if (ftruncate(file, size) == 0 || fallocate(file, FALLOC_FL_KEEP_SIZE, size, 4096) == 0 || pwrite(file, "x", 1, size) > 0)
        return puts("made") < 0;
    const int memory = memfd_create("sparse", 0);
    if (memory >= 0 && (ftruncate(memory, size) == 0 || pwrite(memory, "x", 1, size) > 0))
        return puts("made in memory") < 0;
    return puts("refused") < 0;
}
