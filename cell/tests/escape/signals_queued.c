//! attack: queues real-time signals to itself without end, memory that no allocation shows; the user's share is limited
//! status: exited
//! stdout: refused
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, 0);
    long queued = 0;
    while (queued < 1000000 && sigqueue(getpid(), SIGRTMIN, (union sigval){0}) == 0)
        queued++;
    return puts(queued < 1000000 && errno == EAGAIN ? "refused" : "a million queued") < 0;
}
