//! attack: moves pid 1 to another core and slows it; pid 1 is another user's
//! status: exited
//! stdout: untouched
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
int main(void)
{
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    const struct sched_param zero = {0};
    if (sched_setaffinity(1, sizeof first, &first) == 0 || setpriority(PRIO_PROCESS, 1, 19) == 0
        || sched_setscheduler(1, SCHED_IDLE, &zero) == 0)
        puts("changed");
    return puts("untouched") < 0;
}
