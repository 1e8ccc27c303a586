//! attack: children write on after the main process has ended, to add to its output; they are dead before facts are sent
//! status: exited
//! stdout: all
//! policy: toolchain
//! wall_time_under_ms: 1000
#include <stdio.h>
#include <signal.h>
#include <unistd.h>
int main(void)
{
    signal(SIGHUP, SIG_IGN);
    for (int i = 0; i < 8; i++)
        if (fork() == 0) {
            setsid();
            usleep(200000);
            for (;;)
                (void)!write(1, "late\n", 5);
        }
    return puts("all") < 0;
}
