//! attack: makes a mount namespace to mount things in it; seccomp refuses unshare and ends the run
//! status: forbidden
//! detail: unshare
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
int main(void)
{
    const int made = unshare(CLONE_NEWNS);
    return printf("the call was made: %d, %d\n", made, mount("none", "/tmp", "tmpfs", 0, "")) < 0;
}
