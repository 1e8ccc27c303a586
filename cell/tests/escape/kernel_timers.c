//! attack: timers without end, each a kernel object; they count as memory, and the user has a limit of its own
//! status: exited | memory
//! limits: memory_bytes=33554432
//! quick: yes
#include <signal.h>
#include <stdio.h>
#include <time.h>
int main(void)
{
    struct sigevent none = {.sigev_notify = SIGEV_NONE};
    timer_t timer;
    long made = 0;
    while (made < 4000000 && timer_create(CLOCK_MONOTONIC, &none, &timer) == 0)
        made++;
    return puts(made < 4000000 ? "bounded" : "without end") < 0;
}
