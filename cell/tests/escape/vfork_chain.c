//! attack: a chain of vforks, each of which stops its parent; the limit of processes ends it
//! status: exited
//! stdout: no more processes
//! limits: processes=40
//! policy: toolchain
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
    int number[2];
    if (pipe(number) < 0)
        return 1;
    /* plain forks that wait: what vfork does, without sharing a stack */
    for (int depth = 1;; depth++) {
        const pid_t child = fork();
        if (child < 0) {
            (void)!write(number[1], &depth, sizeof depth);
            _exit(0);
        }
        if (child > 0) {
            wait(NULL);
            if (depth > 1)
                _exit(0);
            break;
        }
    }
    int depth = 0;
    (void)!read(number[0], &depth, sizeof depth);
    return puts(depth > 1 && depth <= 40 ? "no more processes" : "deeper than the limit") < 0;
}
