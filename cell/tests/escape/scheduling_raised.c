//! attack: takes the processor from others: real-time, deadline and negative nice; none is allowed
//! status: exited
//! stdout: refused
//! quick: yes
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
struct attributes { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period; };
int main(void)
{
    const struct sched_param one = {1};
    struct attributes attributes = {sizeof attributes, 6 /* deadline */, 0, 0, 0, 1000000, 2000000, 2000000};
    if (sched_setscheduler(0, SCHED_FIFO, &one) == 0 || sched_setscheduler(0, SCHED_RR, &one) == 0)
        puts("real-time");
    if (syscall(SYS_sched_setattr, 0, &attributes, 0) == 0)
        puts("deadline");
    errno = 0;
    if (nice(-5) != -1 || setpriority(PRIO_PROCESS, 0, -20) == 0 || setpriority(PRIO_USER, 0, -1) == 0)
        puts("nice");
    if (syscall(SYS_ioprio_set, 1, 0, 1 << 13) == 0)
        puts("real-time input and output");
    return puts("refused") < 0;
}
