//! attack: leaves orphans to pid 1 by the thousand, for it to choke on; each is reaped and its place is free again
//! status: exited
//! stdout: untouched
//! limits: processes=16
//! policy: toolchain
#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
        const pid_t child = fork();
        if (child == 0) {
            fork(); /* whose parent ends at once */
            _exit(0);
        }
        if (child < 0) {
            if (++refused > 20000)
                return puts("places are not given back") < 0;
            i--;
            usleep(100);
        }
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
    }
    return puts("untouched") < 0;
}
