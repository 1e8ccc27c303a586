//! attack: a child makes a hostile call while its parent looks away; it counts as the run's
//! status: forbidden
//! detail: ptrace
//! policy: toolchain
//! quick: yes
/* a child tries, and its parent looks away */
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
    if (fork() == 0) {
        ptrace(PTRACE_ATTACH, 1, 0, 0);
        _exit(0);
    }
    wait(NULL);
    return 0;
}
