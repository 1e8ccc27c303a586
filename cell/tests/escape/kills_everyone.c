//! attack: sends signals to all, to pid 1 and to every number; they reach nothing of ours
//! status: exited
//! stdout: alone
//! quick: yes
/* signals to all, to the run's init and to the parent reach nothing of ours */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    kill(-1, SIGKILL);
    kill(1, SIGKILL);
    if (getppid() > 0) /* 0 would be our own group: no parent of ours is in the namespace */
        kill(getppid(), SIGTERM);
    for (int pid = 1; pid < 40000; pid++)
        if (pid != getpid())
            kill(pid, SIGKILL);
    return puts("alone") < 0;
}
