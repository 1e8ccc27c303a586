//! attack: traces pid 1 to run code in it; seccomp refuses ptrace and ends the run
//! status: forbidden
//! detail: ptrace
//! quick: yes
#include <stdio.h>
#include <sys/ptrace.h>
int main(void)
{
    if (ptrace(PTRACE_SEIZE, 1, 0, 0) == 0)
        return puts("traces pid 1") < 0;
    return puts("the call was made") < 0;
}
