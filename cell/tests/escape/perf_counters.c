//! attack: counts the events of other processes and the kernel; seccomp refuses perf_event_open and ends the run
//! status: forbidden
//! detail: perf_event_open
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
    static char attributes[128] = {1 /* software */, 0, 0, 0, sizeof attributes};
    return printf("the call was made: %ld\n", syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0)) < 0;
}
