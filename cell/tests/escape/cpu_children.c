//! attack: spreads its CPU time over many short children; the cgroup adds all of it up
//! status: cpu_time
//! limits: cpu_time_ms=300
//! policy: toolchain
/* each child is short, and reaped; their times add up all the same */
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
int main(void)
{
    for (;;) {
        if (fork() == 0) {
            while (clock() < CLOCKS_PER_SEC / 100)
                ;
            _exit(0);
        }
        wait(NULL);
    }
}
