//! attack: look up hundreds of thousands of names that do not exist, which the kernel remembers; they count and make way
//! status: exited
//! stdout: bounded
//! limits: memory_bytes=33554432
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    char path[300];
    for (int number = 0; number < 200000; number++) {
        snprintf(path, sizeof path, "/usr/lib/%0200d", number);
        if (access(path, F_OK) == 0)
            return puts("found") < 0;
    }
    return puts("bounded") < 0;
}
