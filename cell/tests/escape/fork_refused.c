//! attack: a compiled program starts a process, by each call there is; its policy has none (threads it may start)
//! status: exited
//! stdout: refused
//! quick: yes
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
static int made(const char *name, long child)
{
    if (child == 0)
        _exit(0);
    if (child > 0 || errno != EPERM)
        printf("%s: %ld, errno %d\n", name, child, errno);
    return child > 0;
}
int main(void)
{
    made("fork", fork());
#ifdef SYS_fork
    made("the call fork", syscall(SYS_fork));
    made("the call vfork", syscall(SYS_vfork));
#endif
    made("clone", syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    made("clone with memory", syscall(SYS_clone, 0x4100 | SIGCHLD, 0, 0, 0, 0)); /* CLONE_VM | CLONE_VFORK */
    made("clone, high bits", syscall(SYS_clone, (1L << 40) | SIGCHLD, 0, 0, 0, 0));
    return puts("refused") < 0;
}
