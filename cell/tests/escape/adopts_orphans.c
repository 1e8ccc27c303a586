//! attack: becomes the reaper of its orphans, ends, and leaves a tree of them behind; they die with the pid namespace
//! status: exited
//! stdout: gone
//! policy: toolchain
//! wall_time_under_ms: 1000
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>
int main(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
            setsid();
            fork();
            for (;;)
                pause();
        }
    return puts("gone") < 0;
}
