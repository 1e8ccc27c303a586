//! attack: takes the descriptors of pid 1, its report socket among them; seccomp refuses pidfd_getfd and ends the run
//! status: forbidden
//! detail: pidfd_getfd
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    const long init = syscall(SYS_pidfd_open, 1, 0);
    return printf("the call was made: %ld\n", syscall(SYS_pidfd_getfd, init, 0, 0)) < 0;
}
