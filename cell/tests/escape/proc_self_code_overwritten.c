//! attack: overwrites its own read-only code through /proc/self/mem, the way of Dirty COW; /proc is read-only
//! status: exited
//! stdout: refused
//! quick: yes
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    const char *const names[] = {"/proc/self/mem", "/proc/thread-self/mem"};
    for (int i = 0; i < 2; i++) {
        const int memory = open(names[i], O_RDWR);
        if (memory >= 0 && pwrite(memory, "\xc3", 1, (off_t)(unsigned long)main) == 1)
            puts("overwritten");
    }
    return puts("refused") < 0;
}
