//! attack: lock every other byte of many files, each lock a kernel object that the memory cgroup does not count
//! status: exited
//! stdout: bounded
//! limits: memory_bytes=33554432 open_files=256
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    enum { FILES = 200, LOCKS = 1000, MANY = 50000 };
    long held = 0;
    char path[32];
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "/tmp/%d", i);
        const int file = open(path, O_RDWR | O_CREAT, 0600);
        for (off_t at = 0; at < LOCKS; at++) { /* not adjacent: or they would become one */
            struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2 * at, .l_len = 1};
            held += fcntl(file, F_SETLK, &lock) == 0;
        }
    }
    if (held > MANY)
        return printf("%ld locks\n", held) < 0;
    return puts("bounded") < 0;
}
