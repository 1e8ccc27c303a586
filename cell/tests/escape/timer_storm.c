//! attack: arms timers as many and as fast as the kernel lets it, to drown the machine in interrupts; the time is its own
//! status: exited | cpu_time
//! limits: cpu_time_ms=1000 wall_time_ms=5000
#include <signal.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
int main(void)
{
    const struct itimerspec often = {{0, 1}, {0, 1}};
    signal(SIGALRM, SIG_IGN);
    for (int i = 0; i < 4096; i++) {
        timer_t timer;
        if (timer_create(i % 2 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, NULL, &timer) < 0)
            break;
        timer_settime(timer, 0, &often, NULL);
    }
    for (int i = 0; i < 4096; i++) {
        const int timer = timerfd_create(CLOCK_MONOTONIC, 0);
        if (timer < 0)
            break;
        timerfd_settime(timer, 0, &often, NULL);
    }
    usleep(300000);
    return puts("untouched") < 0;
}
