//! status: forbidden
//! detail: ptrace
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
