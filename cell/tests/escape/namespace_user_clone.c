//! attack: a child in a user namespace of its own would have every capability there; seccomp refuses the clone and ends the run
//! status: forbidden
//! detail: clone
//! policy: toolchain
//! quick: yes
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    const long child = syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0);
    if (child == 0)
        _exit(0);
    return printf("the call was made: %ld\n", child) < 0;
}
