//! attack: enters the namespaces of pid 1 through a pidfd; seccomp refuses setns and ends the run
//! status: forbidden
//! detail: setns
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    const int init = (int)syscall(SYS_pidfd_open, 1, 0);
    return printf("the call was made: %d\n", setns(init, CLONE_NEWNS | CLONE_NEWPID)) < 0;
}
