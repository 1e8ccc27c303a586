//! attack: queued signals without end, each a kernel object; they count as memory, and the user has a limit of its own
//! status: exited | memory
//! limits: memory_bytes=33554432
//! quick: yes
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    long queued = 0;
    while (queued < 4000000 && sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 1}) == 0)
        queued++;
    return puts(queued < 4000000 ? "bounded" : "without end") < 0;
}
